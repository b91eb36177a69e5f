import type { WidgetMessage } from '@inlet/contracts';
import { createEmitter } from './create-emitter.js';
import { type Frame, openFrame } from './open-frame.js';
import type { Inlet, InletEvents, InletOptions, OpenOptions } from './options.js';
import { type Modal, showModal } from './show-modal.js';
import { widgetOptions } from './widget-options.js';

/** How long the widget may take until it says hello. */
const PATIENCE_MS = 15_000;

interface Shown {
  readonly frame: Frame;
  readonly modal: Modal | undefined;
  readonly patience: ReturnType<typeof setTimeout>;
  readonly view: OpenOptions['view'] | undefined;
  /** Asked for as early as possible, while the iframe loads. */
  readonly token: Promise<string | null>;
  hasGreeted: boolean;
}

/**
 * One widget on a page. Nothing is loaded before `open`; inline, it opens by itself.
 * @throws Error when the address of Inlet is neither given nor known from the script
 */
export function createInlet(given: InletOptions): Inlet {
  let options = given;
  const { on, emit } = createEmitter<InletEvents>();
  const isInline = options.mode === 'inline';
  const baseUrl = options.baseUrl?.replace(/\/*$/, '/');
  if (!baseUrl) throw new Error('Inlet: baseUrl is missing');
  let shown: Shown | undefined;
  let isDestroyed = false;

  const fail = (code: string, message: string) => emit('error', { code, message });

  async function readToken(): Promise<string | null> {
    const { userToken } = options;
    try {
      return (typeof userToken === 'function' ? await userToken() : userToken) ?? null;
    } catch (error) {
      fail('user_token_failed', error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** What the widget says. Anything about a widget that is gone has no effect. */
  async function hear(message: WidgetMessage, about: Shown): Promise<void> {
    const { type, ...data } = message;
    const { frame } = about;
    switch (type) {
      case 'hello': {
        clearTimeout(about.patience);
        about.hasGreeted = true;
        about.modal?.settle();
        const userToken = await about.token;
        return frame.post({ type: 'init', options: widgetOptions(options, { view: about.view, userToken }) });
      }
      case 'needToken':
        return frame.post({ type: 'token', userToken: await readToken() });
      case 'close':
        return hide();
      case 'ready':
      case 'jobCreated':
      case 'jobUpdated':
      case 'uploadStarted':
      case 'uploadCompleted':
      case 'error':
        emit(type, data as InletEvents[typeof type] & object);
    }
  }

  function hide(): void {
    if (!shown) return;
    const { frame, modal, patience } = shown;
    shown = undefined;
    clearTimeout(patience);
    frame.remove();
    modal?.remove();
    emit('close', {});
  }

  function close(): void {
    if (shown?.hasGreeted) shown.frame.post({ type: 'requestClose' });
    else hide();
  }

  function open({ view }: OpenOptions = {}): void {
    if (shown) {
      shown.frame.post({ type: 'focus' });
      return;
    }
    const { publishableKey, title = 'Import' } = options;
    const frame = openFrame({
      baseUrl: baseUrl as string,
      publishableKey,
      title,
      onMessage: (message) => shown?.frame === frame && void hear(message, shown),
    });
    const patience = setTimeout(
      () => fail('widget_unreachable', `${baseUrl} does not show the widget to ${location.origin}`),
      PATIENCE_MS,
    );
    const token = readToken();
    const modal = isInline ? undefined : showModal({ title, content: frame.element, onDismiss: close });
    if (isInline) {
      frame.element.style.minHeight = '560px';
      (options.container ?? document.body).append(frame.element);
    }
    shown = { frame, modal, patience, view, token, hasGreeted: false };
    emit('open', {});
  }

  // After the caller had the chance to listen.
  if (isInline)
    queueMicrotask(() => {
      if (!isDestroyed) open();
    });
  return {
    open,
    close,
    on,
    update(changed) {
      options = { ...options, ...changed };
    },
    destroy() {
      isDestroyed = true;
      hide();
    },
  };
}
