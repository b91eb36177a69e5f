import type { Envelope, HostMessage, WidgetMessage } from '@inlet/contracts';
import { listRefusedOptions, PROTOCOL, readHostMessage } from './read-host-message.js';

export interface Host {
  readonly origin: string;
  /** Token of a review link, if this is the page of one; undefined in the iframe of a site. */
  readonly reviewToken?: string | undefined;
  post(message: WidgetMessage): void;
  /** @returns a function that stops listening */
  onMessage(listener: (message: HostMessage) => void): () => void;
}

/**
 * Opens the channel to the page around the iframe. The fragment of the widget's address names the page's origin and a
 * nonce. Messages are posted to exactly that origin, so a page that claims another origin receives nothing. Incoming
 * messages are accepted only from the parent window, from that origin, with the nonce and a known version.
 * @returns null if the address was not made by an Inlet script, or the page is not inside an iframe
 */
export function connectHost(frame: Window): Host | null {
  const given = new URLSearchParams(frame.location.hash.slice(1));
  const [nonce, origin] = [given.get('nonce'), given.get('origin')];
  const { parent } = frame;
  if (!nonce || !/^[0-9a-f]{32}$/.test(nonce) || !isOrigin(origin) || parent === frame) return null;
  const { ancestorOrigins } = frame.location;
  if (ancestorOrigins?.[0] !== undefined && ancestorOrigins[0] !== origin) return null;
  const post = (message: WidgetMessage) => {
    const envelope: Envelope<WidgetMessage> = { inlet: PROTOCOL, nonce, message };
    parent.postMessage(envelope, origin);
  };
  const listen = (take: (data: unknown) => void): (() => void) => {
    const takeOfParent = (event: MessageEvent<unknown>) => {
      if (event.source === parent && event.origin === origin) take(event.data);
    };
    frame.addEventListener('message', takeOfParent);
    return () => frame.removeEventListener('message', takeOfParent);
  };
  listen((data) => {
    const refused = listRefusedOptions(data, { nonce });
    if (refused.length > 0) post(toOptionsError(refused));
  });
  return {
    origin,
    post,
    onMessage: (listener) =>
      listen((data) => {
        const message = readHostMessage(data, { nonce });
        if (message) listener(message);
      }),
  };
}

const toOptionsError = (names: readonly string[]): WidgetMessage => ({
  type: 'error',
  code: 'options_invalid',
  message: `The widget does not open, because these options are not valid: ${names.join(', ')}.`,
});

const isOrigin = (text: string | null): text is string =>
  text !== null && URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
