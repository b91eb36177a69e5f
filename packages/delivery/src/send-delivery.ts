import { type HttpPlace, type PostResult, parseRetryAfter } from '@inlet/connectors';
import { type Attempt, type Destination, type ErrorSummary, InletError, summarize } from '@inlet/contracts';
import { type Rejection, readRejections } from './read-rejections.js';
import { signDelivery } from './sign-delivery.js';

const TIMEOUT_MS = 30_000;
/** Room for a sentence on each of 5,000 rows. */
const MAX_ANSWER_BYTES = 4_194_304;
const SHOWN_ANSWER_LENGTH = 500;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Request timeout, too early, too many requests: the only 4xx that a later attempt can cure. */
const RETRIED_4XX = new Set([408, 425, 429]);

export interface SendOptions {
  readonly place: Pick<HttpPlace, 'post'>;
  readonly destination: Pick<Destination, 'url' | 'authHeader'>;
  readonly secrets: readonly string[];
  /** The delivery's id: `webhook-id`, the same in every attempt. */
  readonly id: string;
  readonly body: Buffer;
  readonly now: () => Date;
  /** Default 30 seconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type SendOutcome =
  | { readonly kind: 'acknowledged'; readonly rejected: readonly Rejection[]; readonly attempt: Attempt }
  /** `afterMs`: as the receiver asks, a day at most; null where it does not. */
  | {
      readonly kind: 'retry';
      readonly afterMs: number | null;
      readonly error: ErrorSummary;
      readonly attempt: Attempt;
    }
  /** Not worth another attempt. */
  | { readonly kind: 'failed'; readonly error: ErrorSummary; readonly attempt: Attempt }
  /** 410: the address is not to be used again. */
  | { readonly kind: 'gone'; readonly error: ErrorSummary; readonly attempt: Attempt };

/**
 * One attempt to send a batch: signs it, posts it, and says what to make of the answer. Throws only the reason of
 * `signal`; what goes wrong on the way is an outcome.
 */
export async function sendDelivery(options: SendOptions): Promise<SendOutcome> {
  const { now, destination } = options;
  const startedAt = now();
  try {
    return judge(await post(options, startedAt), { startedAt, destination, nowMs: now().getTime() });
  } catch (error) {
    if (!(error instanceof InletError) || options.signal?.aborted) throw error;
    const durationMs = now().getTime() - startedAt.getTime();
    return fault(error, { at: startedAt.toISOString(), durationMs, status: null, answer: '' });
  }
}

function post(options: SendOptions, timestamp: Date): Promise<PostResult> {
  const { place, destination, secrets, id, body, timeoutMs = TIMEOUT_MS, signal } = options;
  const { authHeader, url } = destination;
  return place.post({
    url,
    headers: {
      ...(authHeader ? { [authHeader.name]: authHeader.value } : {}),
      'content-type': 'application/json; charset=utf-8',
      ...signDelivery({ id, timestamp, body, secrets }),
    },
    body,
    timeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    signal,
  });
}

/** A connection that failed may work later; a private address or a bad URL stays what it is. */
function fault(error: InletError, facts: Omit<Attempt, 'error'>): SendOutcome {
  const summary = summarize(error);
  const attempt = { ...facts, error: summary };
  const isPassing = error.code === 'delivery_unreachable' || error.code === 'delivery_timeout';
  return isPassing
    ? { kind: 'retry', afterMs: null, error: summary, attempt }
    : { kind: 'failed', error: summary, attempt };
}

interface Circumstances {
  readonly startedAt: Date;
  readonly destination: SendOptions['destination'];
  readonly nowMs: number;
}

function judge(result: PostResult, { startedAt, destination, nowMs }: Circumstances): SendOutcome {
  const { status, headers, answer, durationMs } = result;
  const facts = { at: startedAt.toISOString(), durationMs, status, answer: shown(answer) };
  if (status >= 200 && status < 300)
    return { kind: 'acknowledged', rejected: readRejections(answer), attempt: { ...facts, error: null } };
  const error = summarize(refusal(status, new URL(destination.url).host));
  const attempt = { ...facts, error };
  if (status === 410) return { kind: 'gone', error, attempt };
  if (status < 500 && !RETRIED_4XX.has(status)) return { kind: 'failed', error, attempt };
  const afterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return { kind: 'retry', afterMs: afterMs && Math.min(afterMs, MAX_RETRY_AFTER_MS), error, attempt };
}

function refusal(status: number, host: string): InletError {
  const detail = `${host} answered with status ${status}.`;
  if (status === 410) return new InletError('delivery_gone', { detail });
  if (status >= 300 && status < 400) return new InletError('delivery_redirected', { detail });
  return new InletError('delivery_rejected', { detail });
}

/** Without the half of a character that the cut may leave. */
function shown(answer: string): string {
  return answer.slice(0, SHOWN_ANSWER_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}
