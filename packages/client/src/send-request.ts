import { setTimeout as sleep } from 'node:timers/promises';
import { type InletApiError, InletConnectionError, toApiError } from './errors.js';

export interface ClientOptions {
  /** The address of the Inlet server: `https://inlet.example.com`. */
  readonly baseUrl: string;
  /** The secret key of the project. It must never reach a browser. */
  readonly secretKey: string;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Time limit of one attempt; default 60 seconds. Does not apply to streams. */
  readonly timeoutMs?: number | undefined;
  /** Attempts after the first one; default 3. */
  readonly maxRetries?: number | undefined;
  /** Delay before the first retry; doubles with each further one. Default 250. */
  readonly retryDelayMs?: number | undefined;
  /** Default: a random UUID. */
  readonly newIdempotencyKey?: (() => string) | undefined;
}

export interface CallOptions {
  /** Aborting it rejects the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PostOptions extends CallOptions {
  /** Calls with the same key take effect once, also across processes and restarts. Default: a new key for each call. */
  readonly idempotencyKey?: string | undefined;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/v1`, with each segment encoded. */
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Sent as it is, instead of a JSON body. */
  readonly file?: Blob | FormData | Uint8Array<ArrayBuffer> | string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly options?: PostOptions | undefined;
}

export interface Sender {
  /** Resolves with the JSON of a successful response; undefined for 204. */
  readonly json: <Result>(request: ApiRequest) => Promise<Result>;
  /** Resolves with a successful response, before its body is read. Throws InletApiError and InletConnectionError. */
  readonly open: (request: ApiRequest) => Promise<Response>;
}

/** Sent by proxies, and by Inlet while it starts. */
const TEMPORARY_STATUSES = new Set([502, 503, 504]);

export function createSender(options: ClientOptions): Sender {
  const { timeoutMs = 60_000, maxRetries = 3, retryDelayMs = 250 } = options;
  const newKey = options.newIdempotencyKey ?? (() => globalThis.crypto.randomUUID());
  const fetch = options.fetch ?? globalThis.fetch;
  const base = new URL(options.baseUrl).href.replace(/\/+$/, '');

  const attempt = async <Result>(
    request: ApiRequest,
    read: (response: Response) => Promise<Result>,
    limitMs?: number,
  ): Promise<Result> => {
    const { url, init } = prepare(request, { base, secretKey: options.secretKey, newKey });
    const signal = request.options?.signal;
    for (let retries = 0; ; retries += 1) {
      const isLast = retries >= maxRetries || !isRepeatable(request);
      try {
        const response = await fetch(url, { ...init, signal: withTimeout(signal, limitMs) });
        if (response.ok) return await read(response);
        const error = toApiError(response.status, await response.text());
        if (isLast || !isTemporary(error)) throw error;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!isNetworkFailure(error)) throw error;
        if (isLast) throw new InletConnectionError(base, error);
      }
      await sleep(retryDelayMs * 2 ** retries, undefined, { signal });
    }
  };

  return {
    open: (request) => attempt(request, async (response) => response),
    // The time of a file depends on its size.
    json: (request) => attempt(request, readJson, request.file === undefined ? timeoutMs : undefined),
  };
}

/** Returns `any`: the server checks its responses against the schemas, so the client does not check them again. */
async function readJson(response: Response) {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

function isTemporary({ status, code }: InletApiError): boolean {
  return TEMPORARY_STATUSES.has(status) || code === 'idempotency_in_progress';
}

interface Preparation {
  readonly base: string;
  readonly secretKey: string;
  readonly newKey: () => string;
}

function prepare(request: ApiRequest, { base, secretKey, newKey }: Preparation) {
  const { method, path, query = {}, body, file, headers, options } = request;
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  const search = new URLSearchParams(given).toString();
  return {
    url: `${base}/v1${path}${search && `?${search}`}`,
    init: {
      method,
      // Following a redirect would send the secret key to its target.
      redirect: 'manual' as const,
      headers: {
        accept: 'application/json',
        accesskey: secretKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // The content type of a form has its boundary, which is not known yet.
        ...(file === undefined || file instanceof FormData
          ? {}
          : { 'content-type': 'application/octet-stream' }),
        ...(method === 'POST' && file === undefined
          ? { 'idempotency-key': options?.idempotencyKey ?? newKey() }
          : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(file === undefined ? {} : { body: file }),
    },
  };
}

/** Other methods are not repeated: if only the response was lost, a second pause or deletion would fail. */
function isRepeatable({ method, file }: ApiRequest): boolean {
  return method === 'GET' || (method === 'POST' && file === undefined);
}

function withTimeout(signal: AbortSignal | undefined, timeoutMs: number | undefined): AbortSignal | null {
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  return AbortSignal.any(signals.filter((each) => each !== undefined));
}

/** `fetch` throws a TypeError if the network fails, and a TimeoutError for `AbortSignal.timeout`. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}
