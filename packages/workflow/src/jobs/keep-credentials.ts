import type { Source } from '@inlet/contracts';

/** Headers and password are never shown, so a source without them keeps them, unless it moves to another site. */
export function keepCredentials(before: Source, after: Source): Source {
  const isSameSite = new URL(before.url).origin === new URL(after.url).origin;
  if (!isSameSite) return after;
  const headers = after.headers ?? before.headers;
  const basicAuth = after.basicAuth ?? before.basicAuth;
  return { ...after, ...(headers && { headers }), ...(basicAuth && { basicAuth }) };
}

/** Moves a user name and password that stand in the address to where they are kept as a secret and not shown. */
export function liftCredentials(source: Source): Source {
  const url = new URL(source.url);
  const { username, password } = url;
  if (username === '' && password === '') return source;
  url.username = '';
  url.password = '';
  const basicAuth = source.basicAuth ?? { username: decode(username), password: decode(password) };
  return { ...source, url: url.href, basicAuth };
}

/** A percent sign that begins no code stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
