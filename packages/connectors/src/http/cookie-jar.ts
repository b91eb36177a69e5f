/** The cookies of one fetch. A cookie is sent to the origin that set it, below its path, and to no other. */
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
const PATH = /;\s*path\s*=\s*([^;]*)/gi;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

/** Attributes such as `Domain` are ignored, because they only widen who gets a cookie. */
export function createCookieJar(now: () => number): CookieJar {
  /** By origin, then by name and path. */
  const origins = new Map<string, Map<string, Cookie>>();
  return {
    take(url, setCookies) {
      const cookies = origins.get(url.origin) ?? new Map<string, Cookie>();
      origins.set(url.origin, cookies);
      for (const text of setCookies) {
        const [, name, value = ''] = COOKIE.exec(text) ?? [];
        if (name === undefined || name.length + value.length > MAX_COOKIE_CHARS) continue;
        const path = pathOf(text, url);
        const key = `${name};${path}`;
        if (isExpired(text, now())) cookies.delete(key);
        else if (cookies.size < MAX_COOKIES || cookies.has(key))
          cookies.set(key, { name, value: value.trim(), path });
      }
    },
    headerFor({ origin, pathname }) {
      const cookies = [...(origins.get(origin)?.values() ?? [])]
        .filter(({ path }) => isBelow(pathname, path))
        .toSorted((a, b) => b.path.length - a.path.length);
      return cookies.length === 0 ? null : cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
  };
}

/** The last `Path` attribute, else the folder of the address (RFC 6265, sections 5.1.4 and 5.2.4). */
function pathOf(setCookie: string, { pathname }: URL): string {
  const path = [...setCookie.matchAll(PATH)].at(-1)?.[1]?.trim() ?? '';
  if (path.startsWith('/')) return path;
  return pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')));
}

/** Whether a request path matches the path of a cookie (RFC 6265, section 5.1.4). */
const isBelow = (pathname: string, path: string): boolean =>
  pathname === path || (pathname.startsWith(path) && (path.endsWith('/') || pathname[path.length] === '/'));

/** A cookie that has expired removes the one of its name and path. `Max-Age` has precedence (RFC 6265, section 5.3). */
function isExpired(setCookie: string, nowMs: number): boolean {
  const maxAge = MAX_AGE.exec(setCookie)?.[1];
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = EXPIRES.exec(setCookie)?.[1];
  return expires !== undefined && Date.parse(expires) <= nowMs;
}
