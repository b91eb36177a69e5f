import { InletError } from '@inlet/contracts';
import type { Answer } from './send-request.js';

const MAX_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const PERMANENT = new Set([301, 308]);

type Headers = Readonly<Record<string, string>>;

export interface Route {
  readonly url: URL;
  /** Sent to the first origin only: credentials and what else the caller set. */
  readonly ownHeaders: Headers;
  /** Sent everywhere. */
  readonly commonHeaders: Headers;
}

export interface Arrival {
  readonly answer: Answer;
  readonly url: URL;
  /** The final address where each hop on the way was permanent; null otherwise, and where there was no hop. */
  readonly permanentUrl: string | null;
}

/**
 * Sends to an address and to where it redirects, five times at most. Each hop is a connection of its own, which
 * the guard checks like the first. Throws `source_too_many_redirects` and `source_redirect_invalid`.
 */
export async function followRedirects(
  send: (url: URL, headers: Headers) => Promise<Answer>,
  route: Route,
): Promise<Arrival> {
  let { url, ownHeaders } = route;
  let isPermanent = true;
  for (let hops = 0; ; hops += 1) {
    const answer = await send(url, { ...route.commonHeaders, ...ownHeaders });
    if (!REDIRECTS.has(answer.status))
      return { answer, url, permanentUrl: hops > 0 && isPermanent ? url.href : null };
    answer.body.destroy();
    if (hops === MAX_REDIRECTS) throw tooMany(route.url);
    const next = targetOf(answer, url);
    if (next.origin !== url.origin) {
      if (isDowngrade(url, next) && Object.keys(ownHeaders).length > 0) throw downgraded(url);
      ownHeaders = {};
    }
    isPermanent &&= PERMANENT.has(answer.status);
    url = next;
  }
}

function targetOf({ headers }: Answer, from: URL): URL {
  const location = headers.location;
  if (location === undefined) throw invalid(`${from.host} redirects without saying where to.`);
  // Node reads header bytes as Latin-1; sites that do not escape send UTF-8.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  if (!URL.canParse(text, from.href))
    throw invalid(`${from.host} redirects to something that is no address.`);
  const next = new URL(text, from);
  if (next.protocol !== 'http:' && next.protocol !== 'https:')
    throw invalid(`${from.host} redirects to an address with ${next.protocol}, which is not fetched.`);
  // Credentials are what the owner of the import gave, never what a site slips in.
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
    `${from.host} redirects from a secure to an insecure address, which is refused for an import with credentials or headers of its own.`,
  );
}

function invalid(detail: string): InletError {
  return new InletError('source_redirect_invalid', { detail });
}
