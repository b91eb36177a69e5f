import type { Envelope, HostMessage, WidgetMessage } from '@inlet/contracts';
import { PROTOCOL, readHostMessage } from './read-host-message.js';

export interface Host {
  readonly origin: string;
  post(message: WidgetMessage): void;
  /** @returns what ends the listening */
  onMessage(listener: (message: HostMessage) => void): () => void;
}

/**
 * The channel to the page around the iframe. The page says in the address's fragment who it is and gives a nonce;
 * what is posted goes to exactly that origin, so a page that says it is another gets nothing. What comes in counts
 * only from the parent window, from that origin, with the nonce and a known version.
 * @returns null where the address was not made by an Inlet script, or the page is not inside of one
 */
export function connectHost(frame: Window): Host | null {
  const given = new URLSearchParams(frame.location.hash.slice(1));
  const [nonce, origin] = [given.get('nonce'), given.get('origin')];
  const { parent } = frame;
  if (!nonce || !/^[0-9a-f]{32}$/.test(nonce) || !isOrigin(origin) || parent === frame) return null;
  const { ancestorOrigins } = frame.location;
  if (ancestorOrigins?.[0] !== undefined && ancestorOrigins[0] !== origin) return null;
  return {
    origin,
    post(message) {
      const envelope: Envelope<WidgetMessage> = { inlet: PROTOCOL, nonce, message };
      parent.postMessage(envelope, origin);
    },
    onMessage(listener) {
      const listen = (event: MessageEvent<unknown>) => {
        if (event.source !== parent || event.origin !== origin) return;
        const message = readHostMessage(event.data, { nonce });
        if (message) listener(message);
      };
      frame.addEventListener('message', listen);
      return () => frame.removeEventListener('message', listen);
    },
  };
}

const isOrigin = (text: string | null): text is string =>
  text !== null && URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
