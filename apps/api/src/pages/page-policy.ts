/** Placeholder that Vite writes into the page (`html.cspNonce`); every response replaces it with a new nonce. */
export const NONCE_PLACE = '__INLET_CSP_NONCE__';

export interface PagePolicy {
  /** Origins whose pages may show this one; if empty, no page may. */
  readonly frameAncestors: readonly string[];
  /** Nonce of the inline styles; null allows all inline styles, for a page that marks none. */
  readonly styleNonce: string | null;
}

/**
 * The Content-Security-Policy of the widget's page: only this server's own files run, and only this server is called.
 * Pictures may come from anywhere, because people import them; they run nothing.
 */
export function pagePolicy({ frameAncestors, styleNonce }: PagePolicy): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styleNonce === null ? "'unsafe-inline'" : `'nonce-${styleNonce}'`}`,
    "img-src 'self' https: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
  ].join('; ');
}
