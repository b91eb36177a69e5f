import { setTimeout as sleep } from 'node:timers/promises';
import { type InletApiError, toApiError } from './inlet-api-error.js';
import { InletConnectionError } from './inlet-connection-error.js';

export interface ClientOptions {
  /** Where Inlet runs: `https://inlet.example.com`. */
  readonly baseUrl: string;
  /** The secret key of the project. It must never reach a browser. */
  readonly secretKey: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Of one attempt; default 60 seconds. Does not apply to streams. */
  readonly timeoutMs?: number;
  /** Attempts after the first one; default 3. */
  readonly maxRetries?: number;
  /** Before the first retry; doubles each time. Default 250. */
  readonly retryDelayMs?: number;
  /** Default: a random UUID. */
  readonly newIdempotencyKey?: () => string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface PostOptions extends CallOptions {
  /** Names what should happen once, across processes and restarts; default: a new one for each call. */
  readonly idempotencyKey?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/v1`, its parts encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly options?: PostOptions | undefined;
}

export interface Sender {
  /** The JSON of a successful answer; undefined for 204. */
  readonly json: <Result>(request: ApiRequest) => Promise<Result>;
  /** A successful answer whose body is still to be read. Throws InletApiError and InletConnectionError. */
  readonly open: (request: ApiRequest) => Promise<Response>;
}

const DEFAULTS = { timeoutMs: 60_000, maxRetries: 3, retryDelayMs: 250 };
/** Something between us and Inlet, or Inlet while it starts. */
const PASSING = new Set([502, 503, 504]);

export function createSender(options: ClientOptions): Sender {
  const { timeoutMs, maxRetries, retryDelayMs } = { ...DEFAULTS, ...options };
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
        const response = await fetch(url, { ...init, signal: limit(signal, limitMs) });
        if (response.ok) return await read(response);
        const error = toApiError(response.status, await response.text());
        if (isLast || !isPassing(error)) throw error;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!isNetworkFailure(error)) throw error;
        if (isLast) throw new InletConnectionError(base, error);
      }
      await sleep(retryDelayMs * 2 ** retries, undefined, signal ? { signal } : {});
    }
  };

  return {
    open: (request) => attempt(request, async (response) => response),
    json: (request) => attempt(request, readJson, timeoutMs),
  };
}

/** The one place where the types of the API are taken on trust: the server checks its answers against them. */
async function readJson(response: Response) {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

function isPassing({ status, code }: InletApiError): boolean {
  return PASSING.has(status) || code === 'idempotency_in_progress';
}

interface Preparation {
  readonly base: string;
  readonly secretKey: string;
  readonly newKey: () => string;
}

function prepare(request: ApiRequest, { base, secretKey, newKey }: Preparation) {
  const { method, path, query = {}, body, headers, options } = request;
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`]],
  );
  const search = new URLSearchParams(given).toString();
  return {
    url: `${base}/v1${path}${search && `?${search}`}`,
    init: {
      method,
      // Followed, it would take the key along to whatever address it names.
      redirect: 'manual' as const,
      headers: {
        accept: 'application/json',
        accesskey: secretKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': options?.idempotencyKey ?? newKey() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  };
}

/** The others may have happened without an answer, and would then fail the second time: a pause, a deletion. */
function isRepeatable({ method }: ApiRequest): boolean {
  return method === 'GET' || method === 'POST';
}

function limit(signal: AbortSignal | undefined, timeoutMs: number | undefined): AbortSignal | null {
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  return AbortSignal.any(signals.filter((each) => each !== undefined));
}

/** `fetch` throws a TypeError where the network fails, and a TimeoutError for `AbortSignal.timeout`. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}
