import { InletError } from '@inlet/contracts';

export interface Target {
  /** Without user name, password and fragment. */
  readonly url: URL;
  /** An `authorization` header for credentials that stood in the address. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads an address that somebody gave. `http://user:pass@host/` is understood, as people paste such addresses:
 * the credentials become basic auth and leave the address, so that no log, error or view can show them.
 * Throws `source_url_invalid` for anything but http and https.
 */
export function splitCredentials(text: string): Target {
  if (!URL.canParse(text))
    throw new InletError('source_url_invalid', { detail: 'The address cannot be read.' });
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InletError('source_url_invalid', { detail: `Addresses with ${url.protocol} are not fetched.` });
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url, headers: {} };
  return { url, headers: basicAuthHeader({ username: decode(username), password: decode(password) }) };
}

/** RFC 7617, in UTF-8. */
export function basicAuthHeader(options: { username: string; password: string }): { authorization: string } {
  const pair = Buffer.from(`${options.username}:${options.password}`, 'utf8');
  return { authorization: `Basic ${pair.toString('base64')}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
