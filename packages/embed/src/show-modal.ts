import { lockScroll } from './lock-scroll.js';

export interface Modal {
  /** The widget is there: its own close button takes over. */
  settle(): void;
  remove(): void;
}

export interface ModalOptions {
  readonly title: string;
  readonly content: HTMLElement;
  /** The person wants it closed: Escape, a click beside it, or the button shown while it loads. */
  readonly onDismiss: () => void;
}

const CSS = `:host{all:initial}
dialog{box-sizing:border-box;width:min(1040px,100vw - 48px);height:min(720px,100dvh - 48px);max-width:none;max-height:none;margin:auto;padding:0;border:0;border-radius:12px;overflow:hidden;background:Canvas;color:CanvasText;color-scheme:light dark;box-shadow:0 16px 64px #0005}
dialog::backdrop{background:#0f172a80}
button{position:absolute;inset:12px 12px auto auto;width:36px;height:36px;border:0;border-radius:8px;background:none;color:inherit;font:24px/1 system-ui;cursor:pointer}
@media (max-width:720px){dialog{width:100vw;height:100dvh;border-radius:0}}
@media (prefers-reduced-motion:no-preference){dialog,dialog::backdrop{animation:i .16s ease-out}@keyframes i{from{opacity:0}}}`;

/**
 * A native modal dialog in a shadow root: the browser's own top layer, focus trap and inert background, out of
 * reach of the page's CSS. Focus goes back to where it was.
 */
export function showModal({ title, content, onDismiss }: ModalOptions): Modal {
  const opener = document.activeElement;
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  // A constructed sheet: a page whose policy forbids inline styles does not forbid this.
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

  // Cancelling the key, and not only the dialog's `cancel`, which a browser lets through the second time.
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
  // Only the backdrop is the dialog itself: the rest is covered by the iframe.
  dialog.onclick = (event) => {
    if (event.target === dialog) onDismiss();
  };
  const unlock = lockScroll();
  dialog.showModal();
  return {
    settle() {
      cancel.remove();
      content.focus();
    },
    remove() {
      dialog.close();
      host.remove();
      unlock();
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
  };
}
