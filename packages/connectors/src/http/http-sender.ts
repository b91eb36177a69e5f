import { request as httpRequest, type IncomingMessage } from 'node:http';
import { type RequestOptions as HttpsRequestOptions, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import type { Guard } from '../guard/guard.js';
import { hasRepeatedLength, repairing } from './repeated-length.js';

export interface HttpResponse {
  readonly status: number;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Set-Cookie` headers. */
  readonly setCookies: readonly string[];
  /** Still compressed. The caller must read or destroy it. */
  readonly body: Readable;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The parts of the body, which are sent one after the other as one. */
  readonly body?: readonly Buffer[] | undefined;
  /** Aborts the request until its response begins. After that, the caller destroys the body to stop it. */
  readonly signal: AbortSignal;
}

/** Sends one request, without following redirects. */
export type HttpSender = (request: HttpRequest) => Promise<HttpResponse>;

/** A server may close a kept connection just as a request reuses it. The request is then sent again. */
const MAX_STALE_CONNECTIONS = 3;

/** The only code that calls axios: always its http adapter, always through the guard, never through a proxy. */
export function createHttpSender(guard: Guard): HttpSender {
  const client = axios.create({
    adapter: 'http',
    proxy: false,
    httpAgent: guard.httpAgent,
    httpsAgent: guard.httpsAgent,
    transport: TRANSPORT,
    maxRedirects: 0,
    // -1 means no limit. Infinity would wrap the body in a stream that cannot be destroyed while it waits.
    maxBodyLength: -1,
    maxContentLength: -1,
    responseType: 'stream',
    decompress: false,
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
  const repairingClient = axios.create({ ...client.defaults, transport: REPAIRING_TRANSPORT });
  return async (request) => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await sendOnce(client, request);
      } catch (error) {
        if (hasRepeatedLength(error) && request.method === 'GET') return sendOnce(repairingClient, request);
        if (!isStaleConnection(error) || request.signal.aborted || failures > MAX_STALE_CONNECTIONS)
          throw error;
      }
    }
  };
}

/** Policies and cookies make some header blocks larger than the 16 KB that Node allows. */
const MAX_HEADER_BYTES = 262_144;

/** Node's own requests with room for large header blocks, which axios cannot ask for. */
const TRANSPORT = {
  request: (options: HttpsRequestOptions, onResponse: (response: IncomingMessage) => void) => {
    const request = options.protocol === 'https:' ? httpsRequest : httpRequest;
    return request({ ...options, maxHeaderSize: MAX_HEADER_BYTES }, onResponse);
  },
};

/** Writes a body part by part, so that large parts are not copied into one buffer. Axios then ends the request. */
const writing = (parts: readonly Buffer[]): typeof TRANSPORT => ({
  request: (options, onResponse) => {
    const request = TRANSPORT.request(options, onResponse);
    for (const part of parts) request.write(part);
    return request;
  },
});

/** Needs a connection of its own for each request, so it is only for servers that need it. */
const REPAIRING_TRANSPORT: typeof TRANSPORT = {
  request: ({ agent, ...options }, onResponse) => {
    if (typeof agent !== 'object') throw new Error('a request needs the agent of the guard');
    const ofAgent = 'options' in agent ? agent.options : null;
    const createConnection = repairing((connection, onConnected) =>
      agent.createConnection(Object.assign({}, ofAgent, connection), onConnected),
    );
    return TRANSPORT.request({ ...options, createConnection }, onResponse);
  },
};

async function sendOnce(client: AxiosInstance, request: HttpRequest): Promise<HttpResponse> {
  // Axios keeps listening to its signal while the body is read and would throw its own error there. So it gets a
  // signal that is only connected to the caller's until the response begins.
  const waiting = new AbortController();
  const follow = (): void => waiting.abort();
  request.signal.throwIfAborted();
  request.signal.addEventListener('abort', follow, { once: true });
  try {
    const { status, headers, data } = await client.request<unknown>({
      method: request.method,
      url: request.url.href,
      signal: waiting.signal,
      ...contentOf(request),
    });
    if (!(data instanceof Readable)) throw new TypeError('axios returned no stream');
    // The reader of the body gets its errors. Until there is a reader, an error must not end the process.
    data.on('error', () => undefined);
    const { 'set-cookie': setCookies = [], ...others } = headers;
    return { status, headers: textHeaders(others), setCookies: [setCookies].flat(), body: data };
  } finally {
    request.signal.removeEventListener('abort', follow);
  }
}

function contentOf({ headers, body }: HttpRequest): Pick<AxiosRequestConfig, 'headers' | 'transport'> {
  if (body === undefined) return { headers: { ...headers } };
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return { headers: { ...headers, 'content-length': length }, transport: writing(body) };
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
