import type { HostMessage } from '@inlet/contracts';
import type { Host } from './connect-host.js';

/** The last part of the address of the page of review links, and the form of their tokens. */
const PATH = /\/review$/;
const TOKEN = /^#[\w-]{43}$/;

/**
 * The page of a review link, which no site shows: it needs no options, and nobody closes it.
 * @returns null for the iframe
 */
export function openReviewPage({ location }: Window): Host | null {
  if (!PATH.test(location.pathname)) return null;
  const reviewToken = TOKEN.test(location.hash) ? location.hash.slice(1) : '';
  const listeners = new Set<(message: HostMessage) => void>();
  return {
    origin: location.origin,
    reviewToken,
    post({ type }) {
      if (type !== 'hello') return;
      const options = { publishableKey: '', templateId: '', isInline: true, locale: navigator.language };
      for (const listener of listeners) listener({ type: 'init', options });
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
