export interface Modal {
  /** Moves the focus into the content. */
  focus(): void;
  /** Shows or removes the close button of the dialog, which covers that of the widget. */
  showClose(isShown: boolean): void;
  remove(): void;
}

export interface ModalOptions {
  readonly title: string;
  readonly content: HTMLElement;
  /** Called on Escape, on a click outside the dialog, and on its close button. */
  readonly onDismiss: () => void;
}

/** The second click of a double click on the opener hits the backdrop, and must not close the dialog. */
const DOUBLE_CLICK_MS = 500;

const CSS = `:host{all:initial}
dialog{box-sizing:border-box;width:min(1040px,100vw - 48px);height:min(720px,100dvh - 48px);max-width:none;max-height:none;margin:auto;padding:0;border:0;border-radius:12px;overflow:hidden;background:Canvas;color:CanvasText;color-scheme:light dark;box-shadow:0 16px 64px #0005}
dialog::backdrop{background:#0f172a80}
button{position:absolute;inset:12px 12px auto auto;width:36px;height:36px;border:0;border-radius:8px;background:Canvas;color:inherit;font:24px/1 system-ui;cursor:pointer}
@media (max-width:720px){dialog{width:100vw;height:100dvh;border-radius:0}}
@media (prefers-reduced-motion:no-preference){dialog,dialog::backdrop{animation:i .16s ease-out}@keyframes i{from{opacity:0}}}`;

/**
 * Shows a native modal dialog in a shadow root, which the page's CSS does not affect. The browser provides the top layer,
 * the focus trap and the inert background. Closing it returns the focus to the previous element.
 */
export function showModal({ title, content, onDismiss }: ModalOptions): Modal {
  const opener = document.activeElement;
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet, because a page's Content-Security-Policy may forbid inline styles but not this.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  const dialog = document.createElement('dialog');
  dialog.ariaModal = 'true';
  dialog.ariaLabel = title;
  const cancel = document.createElement('button');
  cancel.ariaLabel = 'Close';
  cancel.textContent = '×';
  cancel.onclick = onDismiss;
  dialog.append(content, cancel);
  root.append(dialog);
  document.body.append(host);

  // Cancels the key press itself, because browsers do not let a page cancel the dialog's `cancel` event twice.
  dialog.onkeydown = (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onDismiss();
  };
  dialog.oncancel = (event) => {
    event.preventDefault();
    onDismiss();
  };
  // The iframe covers the dialog, so a click on the dialog element is a click on the backdrop.
  dialog.onclick = (event) => {
    if (event.target === dialog && event.timeStamp - shownAt > DOUBLE_CLICK_MS) onDismiss();
  };
  const shownAt = performance.now();
  const unlock = lockScroll();
  dialog.showModal();
  return {
    focus: () => content.focus(),
    showClose: (isShown) => (isShown ? dialog.append(cancel) : cancel.remove()),
    remove() {
      dialog.close();
      host.remove();
      unlock();
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
  };
}

/**
 * Keeps the page from scrolling. Its scroll bar is replaced by padding, so that the page does not move.
 * @returns a function that restores the page
 */
function lockScroll(): () => void {
  const { documentElement: page, body } = document;
  const before = [page.style.overflow, body.style.paddingInlineEnd] as const;
  const bar = innerWidth - page.clientWidth;
  if (bar > 0)
    body.style.paddingInlineEnd = `${Number.parseFloat(getComputedStyle(body).paddingInlineEnd) + bar}px`;
  page.style.overflow = 'hidden';
  return () => {
    [page.style.overflow, body.style.paddingInlineEnd] = before;
  };
}
