export interface BasicAuth {
  readonly username: string;
  readonly password: string;
}

/** An address without credentials, and the credentials that it contained. */
export interface SplitAddress {
  readonly address: string;
  readonly basicAuth: BasicAuth | null;
}

/** Takes a user name and password out of a valid address, so that it can be shown and logged. */
export function splitCredentials(address: string): SplitAddress {
  const url = new URL(address);
  const { username, password } = url;
  if (username === '' && password === '') return { address, basicAuth: null };
  url.username = '';
  url.password = '';
  return { address: url.href, basicAuth: { username: decode(username), password: decode(password) } };
}

/** Returns an address with the user name and password of another one, or unchanged if it has some or the other has none. */
export function withCredentialsOf(address: string, other: string): string {
  const [url, from] = [new URL(address), new URL(other)];
  const hasCredentials = ({ username, password }: URL) => username !== '' || password !== '';
  if (hasCredentials(url) || !hasCredentials(from)) return address;
  url.username = from.username;
  url.password = from.password;
  return url.href;
}

/** Decodes percent-encoding. Returns the text unchanged if one of its percent signs begins no code. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Schemes of feed readers, before a host or before a whole address. */
const FEED_SCHEME = /^(?:feed|itpc|pcast):(?:\/\/)?/i;
/** A host at the beginning: a name with a dot or a port, `localhost`, or an IPv6 address. */
const HOST = /^(?:\/\/)?(?=(?:[^/?#:@\s]+\.[^/?#:@\s]+|localhost|[^/?#:@\s]+:\d+|\[[^\]]+\])(?:[:/?#]|$))/i;

/**
 * Completes an address that was copied without its scheme, or with `feed:` before or instead of it, to one that
 * begins with https. Returns any other text without the spaces around it.
 */
export function completeAddress(text: string): string {
  return text.trim().replace(FEED_SCHEME, '').replace(HOST, 'https://');
}

/** An address with its own scheme, also behind that of a feed reader: `feed:https://`. */
const NAMES_HTTP = /^\s*(?:[a-z]+:(?:\/\/)?)?https?:\/\//i;

/** Whether an address leaves open if it is read with `https:` or `http:`, as `feed://` and no scheme at all do. */
export const isSchemeOpen = (address: string): boolean => !NAMES_HTTP.test(address);

/** Codes of failures with `https:` after which an address whose scheme is open is read with `http:`. */
export const WITHOUT_TLS: readonly string[] = ['source_no_tls', 'source_refused'];

/** Whether `URL.canParse` can be asked, see `parseUrl`. */
const ASCII = /^[\0-\x7f]*$/;

/**
 * Parses an address, relative to `base` if there is one; null if it is none.
 *
 * Use this instead of `URL.canParse`. On Node 20 and 22 that is false for an address with a character from U+0080 to
 * U+00FF, such as `ü`, as soon as it was called often enough to be optimized.
 */
export function parseUrl(text: string, base?: string): URL | null {
  // An exception is slow, and most texts that are no address have only ASCII.
  const isPlain = ASCII.test(text) && (base === undefined || ASCII.test(base));
  if (isPlain && !URL.canParse(text, base)) return null;
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
