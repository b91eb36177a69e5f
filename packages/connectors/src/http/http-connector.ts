import { InletError, type UrlSource } from '@inlet/contracts';
import type { Connector, OpenLimits, OpenResult, Version } from '../connector.js';
import type { Guard } from '../guard/guard.js';
import { type FinalResponse, followRedirects, type Hop } from './follow-redirects.js';
import { createHttpSender, type HttpResponse, type HttpSender } from './http-sender.js';
import { parseHttpTarget } from './http-target.js';
import { conditionalHeaders, versionOf } from './http-version.js';
import { spanInWords } from './in-words.js';
import { findNextLink } from './link-header.js';
import { nextHttpPage } from './next-page.js';
import { createOAuthTokens } from './oauth-tokens.js';
import { CLOSED, readBody, tooLarge } from './read-body.js';
import { credentialsOf } from './source-credentials.js';
import { createStopper, type Stopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';
import { translateStatus } from './translate-status.js';

export interface HttpOptions {
  readonly guard: Guard;
  readonly userAgent: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const DEFAULT_LIMITS = {
  responseTimeoutMs: 30_000,
  deadlineMs: 1_800_000,
  minBytesPerSecond: 1_024,
  slowWindowMs: 20_000,
};

type Limits = { readonly [Name in keyof OpenLimits]-?: NonNullable<OpenLimits[Name]> };

/** One download, from its first request to the end of its body. */
interface Download {
  readonly since: Version | null;
  readonly isPost: boolean;
  readonly limits: Limits;
  readonly stopper: Stopper;
  readonly send: HttpSender;
  readonly now: () => number;
}

const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.9, text/csv;q=0.9, */*;q=0.8';

/** Downloads files with HTTP and HTTPS, through the guard. */
export function createHttpConnector({ guard, userAgent, now }: HttpOptions): Connector<UrlSource> {
  const send = createHttpSender(guard);
  const tokens = createOAuthTokens({ send, now });
  return {
    nextPage: nextHttpPage,
    open: async (source, options) => {
      const { url, headers } = parseHttpTarget(source.url);
      const limits = withDefaults(options.limits);
      const stopper = createStopper(options.signal);
      // The version of a response to POST says nothing about the next one.
      const isPost = source.request?.method === 'POST';
      const since = isPost ? null : options.since;
      const download = { since, isPost, limits, stopper, send, now };
      stopper.stopAfter(limits.deadlineMs, () => deadlinePassed(url.host, limits.deadlineMs));
      try {
        const body =
          source.request?.method === 'POST' ? Buffer.from(JSON.stringify(source.request.body)) : null;
        const fetch = async (mustRenew: boolean) => {
          const credentials = await credentialsOf(source, { tokens, mustRenew, signal: stopper.signal });
          const secrets = { ...credentials, headers: { ...headers, ...credentials.headers } };
          const { mayRedirectTo = () => true } = options;
          const first = {
            url,
            body,
            secrets,
            commonHeaders: commonHeaders(userAgent, since),
            mayRedirectTo,
            now,
          };
          return { ...(await followRedirects((hop) => getResponse(hop, download), first)), credentials };
        };
        const found = await fetch(false);
        if (found.response.status !== 401 || !found.credentials.canRenew) return toResult(found, download);
        found.response.body.destroy();
        return toResult(await fetch(true), download);
      } catch (error) {
        stopper.dispose();
        throw error;
      }
    },
  };
}

function withDefaults({ maxBytes, ...limits }: OpenLimits): Limits {
  const { responseTimeoutMs, deadlineMs, minBytesPerSecond, slowWindowMs } = DEFAULT_LIMITS;
  return {
    maxBytes,
    responseTimeoutMs: limits.responseTimeoutMs ?? responseTimeoutMs,
    deadlineMs: limits.deadlineMs ?? deadlineMs,
    minBytesPerSecond: limits.minBytesPerSecond ?? minBytesPerSecond,
    slowWindowMs: limits.slowWindowMs ?? slowWindowMs,
  };
}

async function getResponse(
  { url, headers, body }: Hop,
  { stopper, send, limits }: Download,
): Promise<HttpResponse> {
  const { responseTimeoutMs } = limits;
  const cancelTimeout = stopper.stopAfter(responseTimeoutMs, () => noResponse(url.host, responseTimeoutMs));
  try {
    const { signal } = stopper;
    if (body === null) return await send({ method: 'GET', url, headers, signal });
    return await send({
      method: 'POST',
      url,
      headers: { ...headers, ...JSON_HEADERS },
      body: [body],
      signal,
    });
  } catch (error) {
    if (stopper.signal.aborted) throw stopper.signal.reason;
    throw translateNetworkError(error, { host: url.host, purpose: 'source' });
  } finally {
    cancelTimeout();
  }
}

function toResult({ response, url, movedTo }: FinalResponse, download: Download): OpenResult {
  const { stopper, now, limits } = download;
  const { body, headers, status } = response;
  stopper.signal.addEventListener('abort', () => body.destroy(), { once: true });
  const close = (): void => {
    stopper.stop(CLOSED);
    stopper.dispose();
  };
  if (status === 304 && download.since !== null) {
    close();
    return { kind: 'unchanged', movedTo };
  }
  const contentEncoding = headers['content-encoding'];
  const sizeBytes = contentEncoding === undefined ? parseSize(headers['content-length']) : null;
  const error =
    translateStatus(response, { host: url.host, nowMs: now() }) ??
    (sizeBytes !== null && sizeBytes > limits.maxBytes ? tooLarge(url.host, limits.maxBytes) : undefined);
  if (error) {
    close();
    throw error;
  }
  const { maxBytes, minBytesPerSecond, slowWindowMs } = limits;
  return {
    kind: 'bytes',
    bytes: readBody(body, {
      host: url.host,
      contentEncoding,
      maxBytes,
      minBytesPerSecond,
      slowWindowMs,
      now,
      stopper,
    }),
    version: download.isPost ? null : versionOf(headers),
    hints: { charset: charsetOf(headers['content-type']), baseUrl: url.href },
    sizeBytes,
    finalUrl: url.href,
    movedTo,
    declaredNext: findNextLink(headers.link),
    close,
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };

const commonHeaders = (userAgent: string, since: Version | null): Record<string, string> => ({
  'user-agent': userAgent,
  accept: ACCEPT,
  'accept-encoding': 'gzip, br, deflate',
  ...conditionalHeaders(since),
});

function parseSize(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Returns the claimed character encoding. The reader of the bytes decides whether it is true. */
function charsetOf(contentType: string | undefined): string | null {
  return /;\s*charset\s*=\s*"?([^\s";,]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase() ?? null;
}

function noResponse(host: string, timeoutMs: number): InletError {
  return new InletError('source_timeout', {
    detail: `${host} did not answer within ${spanInWords(timeoutMs)}.`,
  });
}

function deadlinePassed(host: string, deadlineMs: number): InletError {
  return new InletError('source_timeout', {
    detail: `${host} did not deliver the whole file within ${spanInWords(deadlineMs)}.`,
  });
}
