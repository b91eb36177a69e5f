import { type BasicAuth, InletError, splitCredentials } from '@inlet/contracts';
import { parseUrl } from '@inlet/contracts/web-address';

/** An address to send a request to, and the headers that replace credentials inside it. */
export interface HttpTarget {
  /** Without user name, password and fragment. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Parses an address that a user entered. People paste addresses such as `http://user:pass@host/`: their credentials
 * become basic auth, so that no log, error or view shows them. Throws `source_url_invalid` unless it is http or https.
 */
export function parseHttpTarget(text: string): HttpTarget {
  if (parseUrl(text) === null)
    throw new InletError('source_url_invalid', { detail: 'The address cannot be parsed.' });
  const { address, basicAuth } = splitCredentials(text);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InletError('source_url_invalid', { detail: `Addresses with ${url.protocol} are not fetched.` });
  url.hash = '';
  return { url, headers: basicAuth ? basicAuthHeader(basicAuth) : {} };
}

/** Basic authentication (RFC 7617), in UTF-8. */
export function basicAuthHeader({ username, password }: BasicAuth): { authorization: string } {
  const credentials = Buffer.from(`${username}:${password}`, 'utf8');
  return { authorization: `Basic ${credentials.toString('base64')}` };
}
