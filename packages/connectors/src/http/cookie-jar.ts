/** The cookies of one fetch. A cookie is sent to the origin that set it, and to no other. */
export interface CookieJar {
  /** Takes the `Set-Cookie` headers of a response. */
  take(url: URL, setCookies: readonly string[]): void;
  /** The `Cookie` header for a request; null without cookies. */
  headerFor(url: URL): string | null;
}

const MAX_COOKIES = 50;
const MAX_COOKIE_CHARS = 4096;
const COOKIE = /^\s*([^=;\s]+)\s*=([^;]*)/;
const MAX_AGE = /;\s*max-age\s*=\s*(-?\d+)/i;
const EXPIRES = /;\s*expires\s*=([^;]*)/i;

/** Attributes such as `Domain` are ignored, because they only widen who gets a cookie. */
export function createCookieJar(now: () => number): CookieJar {
  const origins = new Map<string, Map<string, string>>();
  return {
    take({ origin }, setCookies) {
      const cookies = origins.get(origin) ?? new Map<string, string>();
      origins.set(origin, cookies);
      for (const text of setCookies) {
        const [, name, value = ''] = COOKIE.exec(text) ?? [];
        if (name === undefined || name.length + value.length > MAX_COOKIE_CHARS) continue;
        if (isExpired(text, now())) cookies.delete(name);
        else if (cookies.size < MAX_COOKIES || cookies.has(name)) cookies.set(name, value.trim());
      }
    },
    headerFor({ origin }) {
      const cookies = [...(origins.get(origin) ?? [])];
      return cookies.length === 0 ? null : cookies.map(([name, value]) => `${name}=${value}`).join('; ');
    },
  };
}

/** A cookie that has expired removes the one of its name. `Max-Age` has precedence (RFC 6265, section 5.3). */
function isExpired(setCookie: string, nowMs: number): boolean {
  const maxAge = MAX_AGE.exec(setCookie)?.[1];
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = EXPIRES.exec(setCookie)?.[1];
  return expires !== undefined && Date.parse(expires) <= nowMs;
}
