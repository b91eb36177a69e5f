import { InletError } from '@inlet/contracts';
import type { HttpResponse } from './http-sender.js';

const MAX_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PERMANENT_REDIRECTS = new Set([301, 308]);

type Headers = Readonly<Record<string, string>>;

export interface FirstRequest {
  readonly url: URL;
  /** Credentials and other headers that the source sets. Sent to the first origin only. */
  readonly sourceHeaders: Headers;
  /** Sent to every origin. */
  readonly commonHeaders: Headers;
}

export interface FinalResponse {
  readonly response: HttpResponse;
  readonly url: URL;
  /** The final address if all redirects on the way were permanent; null otherwise and without redirects. */
  readonly movedTo: string | null;
}

/**
 * Sends a request and follows at most five redirects. Each redirect is a new connection, which the guard checks.
 * Throws `source_too_many_redirects` and `source_redirect_invalid`.
 */
export async function followRedirects(
  send: (url: URL, headers: Headers) => Promise<HttpResponse>,
  first: FirstRequest,
): Promise<FinalResponse> {
  let { url, sourceHeaders } = first;
  let isPermanent = true;
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(url, { ...first.commonHeaders, ...sourceHeaders });
    if (!REDIRECTS.has(response.status))
      return { response, url, movedTo: redirects > 0 && isPermanent ? url.href : null };
    response.body.destroy();
    if (redirects === MAX_REDIRECTS) throw tooMany(first.url);
    const next = targetOf(response, url);
    if (next.origin !== url.origin) {
      if (isDowngrade(url, next) && Object.keys(sourceHeaders).length > 0) throw downgraded(url);
      sourceHeaders = {};
    }
    isPermanent &&= PERMANENT_REDIRECTS.has(response.status);
    url = next;
  }
}

function targetOf({ headers }: HttpResponse, from: URL): URL {
  const location = headers.location;
  if (location === undefined) throw invalid(`${from.host} redirects without naming a target.`);
  // Node decodes headers as Latin-1, but sites that do not escape the address send UTF-8.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  if (!URL.canParse(text, from.href))
    throw invalid(`${from.host} redirects to something that is not an address.`);
  const next = new URL(text, from);
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

function downgraded(from: URL): InletError {
  return invalid(
    `${from.host} redirects from a secure to an insecure address. This is not followed, because the import sends credentials or headers.`,
  );
}

function invalid(detail: string): InletError {
  return new InletError('source_redirect_invalid', { detail });
}
