import { Readable } from 'node:stream';
import axios, { type AxiosInstance } from 'axios';
import type { Guard } from './guard.js';

/** One answer of one server; redirects are not followed here. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it comes off the wire, not unpacked. Has to be read or destroyed. */
  readonly body: Readable;
}

interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Ends the wait for the answer's head. What happens to the body afterwards is the caller's. */
  readonly signal: AbortSignal;
}

export type SendRequest = (request: WireRequest) => Promise<Answer>;

/** A server may close a kept connection at the moment in which it is used again; a new one then does it. */
const MAX_STALE_CONNECTIONS = 3;

/** The only place where axios is called: always the http adapter, always through the guard, never a proxy. */
export function createSendRequest(guard: Guard): SendRequest {
  const client = axios.create({
    adapter: 'http',
    proxy: false,
    httpAgent: guard.httpAgent,
    httpsAgent: guard.httpsAgent,
    maxRedirects: 0,
    // -1 is without limit; Infinity would put a stream around the body that cannot be destroyed while it waits.
    maxBodyLength: -1,
    maxContentLength: -1,
    responseType: 'stream',
    decompress: false,
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
  return async (request) => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await sendOnce(client, request);
      } catch (error) {
        if (!isStaleConnection(error) || request.signal.aborted || failures > MAX_STALE_CONNECTIONS)
          throw error;
      }
    }
  };
}

async function sendOnce(client: AxiosInstance, request: WireRequest): Promise<Answer> {
  // Axios goes on to listen while the body is read, and would raise its own error there: hence a signal of
  // its own that ends with the head of the answer.
  const waiting = new AbortController();
  const follow = (): void => waiting.abort();
  request.signal.throwIfAborted();
  request.signal.addEventListener('abort', follow, { once: true });
  try {
    const { status, headers, data } = await client.request<unknown>({
      method: request.method,
      url: request.url.href,
      headers: { ...request.headers },
      signal: waiting.signal,
      ...(request.body === undefined ? {} : { data: request.body }),
    });
    if (!(data instanceof Readable)) throw new TypeError('axios gave no stream');
    // Whoever reads the body learns of its errors; until then they must not end the process.
    data.on('error', () => undefined);
    return { status, headers: textHeaders(headers), body: data };
  } finally {
    request.signal.removeEventListener('abort', follow);
  }
}

function textHeaders(headers: object): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) texts[name.toLowerCase()] = String(value);
  return texts;
}

function isStaleConnection(error: unknown): boolean {
  if (!axios.isAxiosError(error) || error.response) return false;
  const request: unknown = error.request;
  const isReused =
    typeof request === 'object' &&
    request !== null &&
    'reusedSocket' in request &&
    request.reusedSocket === true;
  return isReused && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
