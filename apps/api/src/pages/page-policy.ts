/** Vite writes it into the page where it is told to (`html.cspNonce`); each answer has another one in its place. */
export const NONCE_PLACE = '__INLET_CSP_NONCE__';

export interface PagePolicy {
  /** Origins whose pages may show this one; none: nobody. */
  readonly frameAncestors: readonly string[];
  /** Of the inline styles; null where the page marks none, and then all of them are let through. */
  readonly styleNonce: string | null;
}

/**
 * The Content-Security-Policy of the widget's page: nothing but what the server itself serves runs or is called.
 * Pictures may come from anywhere, as they are what people import; they run nothing.
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
