import { InletError } from '@inlet/contracts';
import { parseUrl } from '@inlet/contracts/web-address';
import { createCookieJar } from './cookie-jar.js';
import type { HttpResponse } from './http-sender.js';

const MAX_REDIRECTS = 10;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PERMANENT_REDIRECTS = new Set([301, 308]);
/** Redirects after which the request is sent again as it was. After others, it becomes a GET without a body. */
const KEEPING_REDIRECTS = new Set([307, 308]);

type Headers = Readonly<Record<string, string>>;

/** Credentials and other parts of a request that the source sets. */
export interface OriginSecrets {
  readonly headers: Headers;
  readonly query: { readonly name: string; readonly value: string } | null;
}

export interface FirstRequest {
  readonly url: URL;
  /** JSON to send with POST; null sends GET. */
  readonly body: Buffer | null;
  /** Sent to the first origin only. */
  readonly secrets: OriginSecrets;
  /** Sent to every origin. */
  readonly commonHeaders: Headers;
  readonly mayRedirectTo: (address: string) => boolean;
  readonly now: () => number;
}

/** One request of several. */
export interface Hop {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Buffer | null;
}

export interface FinalResponse {
  readonly response: HttpResponse;
  /** Without the parameter that holds a secret. */
  readonly url: URL;
  /** The final address if all redirects on the way were permanent; null otherwise and without redirects. */
  readonly movedTo: string | null;
}

/**
 * Sends a request and follows at most ten redirects. Each redirect is a new connection, which the guard checks.
 * Cookies are kept on the way, because some sites redirect to the same address until their cookie comes back.
 * Throws `source_too_many_redirects` and `source_redirect_invalid`.
 */
export async function followRedirects(
  send: (hop: Hop) => Promise<HttpResponse>,
  first: FirstRequest,
): Promise<FinalResponse> {
  const cookies = createCookieJar(first.now);
  let { url, body, secrets } = first;
  let isPermanent = true;
  for (let redirects = 0; ; redirects += 1) {
    const headers = withCookies({ ...first.commonHeaders, ...secrets.headers }, cookies.headerFor(url));
    const response = await send({ url: withQuery(url, secrets.query), headers, body });
    cookies.take(url, response.setCookies);
    if (!REDIRECTS.has(response.status))
      return { response, url, movedTo: redirects > 0 && isPermanent ? url.href : null };
    response.body.destroy();
    if (redirects === MAX_REDIRECTS) throw tooMany(first.url);
    const next = targetOf(response, url);
    if (!first.mayRedirectTo(next.href))
      throw invalid(`${url.host} redirects to ${next.origin}, which is not allowed here.`);
    if (secrets.query) next.searchParams.delete(secrets.query.name);
    if (!KEEPING_REDIRECTS.has(response.status)) body = null;
    if (next.origin !== url.origin) {
      if (body !== null) throw bodyLeaves(url);
      if (isDowngrade(url, next) && hasSecrets(secrets)) throw downgraded(url);
      secrets = NO_SECRETS;
    }
    isPermanent &&= PERMANENT_REDIRECTS.has(response.status);
    url = next;
  }
}

const NO_SECRETS: OriginSecrets = { headers: {}, query: null };

const hasSecrets = ({ headers, query }: OriginSecrets): boolean =>
  Object.keys(headers).length > 0 || query !== null;

/** The cookies that the source sets go first. */
function withCookies(headers: Headers, cookies: string | null): Headers {
  if (cookies === null) return headers;
  return { ...headers, cookie: [headers.cookie, cookies].filter(Boolean).join('; ') };
}

function withQuery(url: URL, query: OriginSecrets['query']): URL {
  if (query === null) return url;
  const withSecret = new URL(url);
  withSecret.searchParams.set(query.name, query.value);
  return withSecret;
}

function targetOf({ headers }: HttpResponse, from: URL): URL {
  const location = headers.location;
  if (location === undefined) throw invalid(`${from.host} redirects without naming a target.`);
  // Node decodes headers as Latin-1, but sites that do not escape the address send UTF-8.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  const next = parseUrl(text, from.href);
  if (next === null) throw invalid(`${from.host} redirects to something that is not an address.`);
  if (next.protocol !== 'http:' && next.protocol !== 'https:')
    throw invalid(`${from.host} redirects to an address with ${next.protocol}, which is not fetched.`);
  // Only the owner of the import may set credentials, not a site that redirects.
  next.username = '';
  next.password = '';
  next.hash = '';
  return next;
}

function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === 'https:' && to.protocol === 'http:';
}

function tooMany(start: URL): InletError {
  return new InletError('source_too_many_redirects', {
    detail: `${start.host} redirects more than ${MAX_REDIRECTS} times.`,
  });
}

function bodyLeaves(from: URL): InletError {
  return invalid(`${from.host} redirects a request with a body to another server. This is not followed.`);
}

function downgraded(from: URL): InletError {
  return invalid(
    `${from.host} redirects from a secure to an insecure address. This is not followed, because the import sends credentials or headers.`,
  );
}

function invalid(detail: string): InletError {
  return new InletError('source_redirect_invalid', { detail });
}
