import type { HostMessage, WidgetMessage } from '@inlet/contracts';
import { createEmitter } from './create-emitter.js';
import { type Frame, openFrame } from './open-frame.js';
import type {
  Inlet,
  InletEventName,
  InletEvents,
  InletOptions,
  OpenOptions,
  RowsAnswer,
  RowsHandler,
} from './options.js';
import { requireOptions } from './require-options.js';
import { type Modal, showModal } from './show-modal.js';
import { widgetOptions } from './widget-options.js';

/** How long to wait for the first message of the widget. */
const GREETING_TIMEOUT_MS = 15_000;
/** How long the widget may take to answer the request to close. One that does not answer is closed without it. */
const CLOSE_TIMEOUT_MS = 1000;
/** A widget that is silent for longer hangs. On a phone it covers the page, so only a button of the page can close it. */
const SILENCE_MS = 12_000;

interface OpenWidget {
  readonly frame: Frame;
  readonly modal: Modal | undefined;
  readonly greetingTimeout: ReturnType<typeof setTimeout>;
  readonly view: OpenOptions['view'] | undefined;
  /** Requested while the iframe loads, so that it arrives early. */
  readonly token: Promise<string | null>;
  hasGreeted: boolean;
  closeTimeout?: ReturnType<typeof setTimeout>;
  silenceTimeout?: ReturnType<typeof setTimeout>;
}

/**
 * Creates a widget on a page. Loads nothing before `open`; an inline widget opens by itself.
 * @throws Error if a required option is missing
 */
export function createInlet(given: InletOptions): Inlet {
  let options = requireOptions(given);
  const { on: listen, emit } = createEmitter<InletEvents>();
  let takeRows: RowsHandler | undefined;
  const isInline = options.mode === 'inline';
  const baseUrl = options.baseUrl.replace(/\/*$/, '/');
  let shown: OpenWidget | undefined;
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

  async function handleMessage(message: WidgetMessage, widget: OpenWidget): Promise<void> {
    const { type, ...data } = message;
    const { frame, view } = widget;
    switch (type) {
      case 'hello': {
        clearTimeout(widget.greetingTimeout);
        widget.hasGreeted = true;
        widget.modal?.focus();
        const userToken = await widget.token;
        return frame.post({ type: 'init', options: widgetOptions(options, { view, userToken }) });
      }
      case 'needToken':
        return frame.post({ type: 'token', userToken: await readToken() });
      case 'alive':
        clearTimeout(widget.silenceTimeout);
        widget.silenceTimeout = setTimeout(() => widget.modal?.showClose(true), SILENCE_MS);
        return widget.modal?.showClose(false);
      case 'close':
        return hide();
      case 'askBeforeClose':
        return clearTimeout(widget.closeTimeout);
      case 'rows':
        return frame.post(await answerRows(takeRows, message));
      case 'ready':
      case 'jobCreated':
      case 'jobUpdated':
      case 'uploadStarted':
      case 'uploadCompleted':
      case 'rowsSubmitted':
      case 'importCompleted':
      case 'error':
        // From now on, the widget has a close button.
        if (type === 'ready') widget.modal?.showClose(false);
        emit(type, data as InletEvents[typeof type] & object);
    }
  }

  function hide(): void {
    if (!shown) return;
    const { frame, modal, greetingTimeout, closeTimeout, silenceTimeout } = shown;
    shown = undefined;
    clearTimeout(greetingTimeout);
    clearTimeout(closeTimeout);
    clearTimeout(silenceTimeout);
    frame.remove();
    modal?.remove();
    emit('close', {});
  }

  function close(): void {
    if (shown?.hasGreeted) {
      clearTimeout(shown.closeTimeout);
      shown.closeTimeout = setTimeout(hide, CLOSE_TIMEOUT_MS);
      shown.frame.post({ type: 'requestClose' });
    } else hide();
  }

  function open({ view }: OpenOptions = {}): void {
    if (shown) {
      shown.frame.post({ type: 'focus' });
      return;
    }
    const { publishableKey, title = 'Import' } = options;
    const frame = openFrame({
      baseUrl,
      publishableKey,
      title,
      // Messages of a widget that was closed have no effect.
      onMessage: (message) => shown?.frame === frame && void handleMessage(message, shown),
    });
    const greetingTimeout = setTimeout(
      () => fail('widget_unreachable', `${baseUrl} does not show the widget to ${location.origin}`),
      GREETING_TIMEOUT_MS,
    );
    const token = readToken();
    const modal = isInline ? undefined : showModal({ title, content: frame.element, onDismiss: close });
    if (isInline) {
      frame.element.style.minHeight = '560px';
      (options.container ?? document.body).append(frame.element);
    }
    shown = { frame, modal, greetingTimeout, view, token, hasGreeted: false };
    emit('open', {});
  }

  // Not at once, so that the caller can add listeners first.
  if (isInline)
    queueMicrotask(() => {
      if (!isDestroyed) open();
    });
  return {
    open,
    close,
    on(event: InletEventName | 'rows', listener: unknown) {
      if (event !== 'rows') return listen(event, listener as (data: unknown) => void);
      const handler = listener as RowsHandler;
      takeRows = handler;
      return () => {
        if (takeRows === handler) takeRows = undefined;
      };
    },
    update(changed) {
      options = requireOptions({ ...options, ...changed });
    },
    destroy() {
      isDestroyed = true;
      hide();
    },
  };
}

/** One handler takes the rows: its promise is the acknowledgement. */
async function answerRows(
  handler: RowsHandler | undefined,
  { type: _, ...batch }: Extract<WidgetMessage, { type: 'rows' }>,
): Promise<HostMessage> {
  const { deliveryId } = batch;
  const answer = { type: 'rowsTaken', deliveryId } as const;
  if (!handler) return { ...answer, error: 'This page has no handler for the event "rows".' };
  try {
    const given: RowsAnswer = (await handler(batch)) ?? {};
    const { results } = given;
    return { ...answer, ...(results && { results: JSON.parse(JSON.stringify(results)) }) };
  } catch (error) {
    reportError(error);
    return { ...answer, error: String(error instanceof Error ? error.message : error).slice(0, 1000) };
  }
}
