import { InletError } from '@inlet/contracts';
import { type Arrival, followRedirects } from './follow-redirects.js';
import { spanInWords } from './in-words.js';
import type { OpenRequest, OpenResult, WireOptions } from './place-contract.js';
import { CLOSED, readBody, tooLarge } from './read-body.js';
import { basicAuthHeader, splitCredentials } from './split-credentials.js';
import { createStopper, type Stopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';
import { translateStatus } from './translate-status.js';

const DEFAULTS = {
  headersTimeoutMs: 30_000,
  deadlineMs: 1_800_000,
  minBytesPerSecond: 1_024,
  slowWindowMs: 20_000,
};

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9, text/csv;q=0.9, */*;q=0.8';

/** Fetches with GET, as far as the head of the answer; the body follows as it is read. */
export async function openUrl(request: OpenRequest, wire: WireOptions): Promise<OpenResult> {
  const { url, headers: urlHeaders } = splitCredentials(request.url);
  const stopper = createStopper(request.signal);
  stopper.stopAfter(request.deadlineMs ?? DEFAULTS.deadlineMs, () => pastDeadline(url.host, request));
  try {
    const arrival = await followRedirects(
      (hop, headers) => getHead(hop, headers, request, { ...wire, stopper }),
      {
        url,
        ownHeaders: { ...urlHeaders, ...ownHeaders(request) },
        commonHeaders: commonHeaders(request, wire),
      },
    );
    return toResult(arrival, request, { ...wire, stopper });
  } catch (error) {
    stopper.release();
    throw error;
  }
}

type Open = WireOptions & { readonly stopper: Stopper };

async function getHead(
  url: URL,
  headers: Readonly<Record<string, string>>,
  request: OpenRequest,
  open: Open,
) {
  const { stopper, send } = open;
  const timeoutMs = request.headersTimeoutMs ?? DEFAULTS.headersTimeoutMs;
  const arrived = stopper.stopAfter(timeoutMs, () => noAnswer(url.host, timeoutMs));
  try {
    return await send({ method: 'GET', url, headers, signal: stopper.signal });
  } catch (error) {
    if (stopper.signal.aborted) throw stopper.signal.reason;
    throw translateNetworkError(error, { host: url.host, purpose: 'source' });
  } finally {
    arrived();
  }
}

function toResult({ answer, url, permanentUrl }: Arrival, request: OpenRequest, open: Open): OpenResult {
  const { stopper, now } = open;
  const { body, headers, status } = answer;
  stopper.signal.addEventListener('abort', () => body.destroy(), { once: true });
  const finish = (): void => {
    stopper.stop(CLOSED);
    stopper.release();
  };
  if (status === 304 && hasValidator(request)) {
    finish();
    return { kind: 'not_modified', finalUrl: url.href, permanentUrl };
  }
  const contentEncoding = headers['content-encoding'];
  const contentLength = contentEncoding === undefined ? toLength(headers['content-length']) : null;
  const refusal =
    translateStatus(answer, { host: url.host, nowMs: now() }) ??
    (contentLength !== null && contentLength > request.maxBytes
      ? tooLarge(url.host, request.maxBytes)
      : undefined);
  if (refusal) {
    finish();
    throw refusal;
  }
  const { maxBytes, minBytesPerSecond, slowWindowMs } = { ...DEFAULTS, ...request };
  const contentType = headers['content-type'] ?? null;
  return {
    kind: 'body',
    bytes: readBody(body, {
      host: url.host,
      contentEncoding,
      maxBytes,
      minBytesPerSecond,
      slowWindowMs,
      now,
      stopper,
    }),
    finalUrl: url.href,
    permanentUrl,
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    contentType,
    hints: { charset: charsetOf(contentType), baseUrl: url.href },
    contentLength,
    close: finish,
  };
}

/** The caller's, with names in lower case so that the same header is not sent twice. */
function ownHeaders({ headers = {}, basicAuth }: OpenRequest): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...Object.fromEntries(own), ...(basicAuth ? basicAuthHeader(basicAuth) : {}) };
}

function commonHeaders(
  { etag, lastModified }: OpenRequest,
  { userAgent }: WireOptions,
): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: ACCEPT,
    'accept-encoding': 'gzip, br, deflate',
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(lastModified ? { 'if-modified-since': lastModified } : {}),
  };
}

function hasValidator({ etag, lastModified }: OpenRequest): boolean {
  return Boolean(etag) || Boolean(lastModified);
}

function toLength(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Only noted here; what the bytes say is judged by the reader. */
function charsetOf(contentType: string | null): string | null {
  return /;\s*charset\s*=\s*"?([^\s";,]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? null;
}

function noAnswer(host: string, timeoutMs: number): InletError {
  return new InletError('source_timeout', {
    detail: `${host} did not answer within ${spanInWords(timeoutMs)}.`,
  });
}

function pastDeadline(host: string, { deadlineMs = DEFAULTS.deadlineMs }: OpenRequest): InletError {
  const span = spanInWords(deadlineMs);
  return new InletError('source_timeout', {
    detail: `${host} did not deliver the whole file within ${span}.`,
  });
}
