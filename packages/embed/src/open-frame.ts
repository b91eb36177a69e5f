import type { Envelope, HostMessage, WidgetMessage } from '@inlet/contracts';

const PROTOCOL = 1;

export interface Frame {
  readonly element: HTMLIFrameElement;
  post(message: HostMessage): void;
  remove(): void;
}

export interface FrameOptions {
  readonly baseUrl: string;
  readonly publishableKey: string;
  readonly title: string;
  readonly onMessage: (message: WidgetMessage) => void;
}

/**
 * Creates an iframe with the widget and a two-way channel to it. The channel has a nonce for this iframe, passed in the
 * fragment of its address, which no server sees. Messages are sent to the exact origin of the widget. Messages are only
 * accepted from that origin, from this iframe's window, with the nonce and a known protocol version.
 */
export function openFrame({ baseUrl, publishableKey, title, onMessage }: FrameOptions): Frame {
  const nonce = makeNonce();
  const address = new URL(`widget/?key=${encodeURIComponent(publishableKey)}`, baseUrl);
  address.hash = new URLSearchParams({ nonce, origin: location.origin }).toString();
  const { origin } = address;

  const element = document.createElement('iframe');
  element.src = address.href;
  element.title = title;
  element.allow = 'clipboard-write';
  element.style.cssText = 'display:block;width:100%;height:100%;border:0;color-scheme:auto;background:none';

  const listen = (event: MessageEvent<unknown>) => {
    if (event.origin !== origin || event.source !== element.contentWindow) return;
    const envelope = event.data as Partial<Envelope<WidgetMessage>> | null;
    if (envelope?.inlet !== PROTOCOL || envelope.nonce !== nonce || !envelope.message) return;
    onMessage(envelope.message);
  };
  addEventListener('message', listen);
  return {
    element,
    post(message) {
      const envelope: Envelope<HostMessage> = { inlet: PROTOCOL, nonce, message };
      element.contentWindow?.postMessage(envelope, origin);
    },
    remove() {
      removeEventListener('message', listen);
      element.remove();
    },
  };
}

const makeNonce = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
