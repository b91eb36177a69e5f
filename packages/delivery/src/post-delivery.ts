import { type PostResult, parseRetryAfter, type WebhookClient } from '@inlet/connectors';
import {
  type Attempt,
  type ErrorSummary,
  InletError,
  summarize,
  type WebhookDestination,
} from '@inlet/contracts';
import { type RejectedRow, readAcknowledgement } from './read-acknowledgement.js';
import { readStatedLimit } from './read-stated-limit.js';
import { signDelivery } from './webhook-signature.js';

const TIMEOUT_MS = 30_000;
/** Enough for a sentence about each of 5,000 rows. */
const MAX_ANSWER_BYTES = 4_194_304;
const SHOWN_ANSWER_LENGTH = 500;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Request Timeout, Too Early and Too Many Requests: the only 4xx statuses after which a retry can succeed. */
const RETRIED_4XX = new Set([408, 425, 429]);

const REPLAY_HEADER = { 'inlet-replay': 'true' };

export interface PostDeliveryOptions {
  readonly webhooks: WebhookClient;
  readonly destination: Pick<WebhookDestination, 'url' | 'authHeader'>;
  /** Webhook secrets of the project; the delivery carries a signature with each. */
  readonly secrets: readonly string[];
  /** The delivery's id, sent as `webhook-id`; the same in every attempt. */
  readonly id: string;
  /** Adds the header `inlet-replay: true`. */
  readonly isReplay?: boolean | undefined;
  /** The parts of the body, which are signed and sent as one. */
  readonly body: readonly Buffer[];
  readonly now: () => Date;
  /** Default 30 seconds. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface AcknowledgedDelivery {
  readonly kind: 'acknowledged';
  readonly rejected: readonly RejectedRow[];
  /** Its error is `acknowledgement_unreadable` if the answer could not be read. */
  readonly attempt: Attempt;
}

/** The attempt failed, and a later one may succeed. */
interface RetryableDelivery {
  readonly kind: 'retry';
  /** How long the receiver asks to wait, at most a day; null if it does not ask. */
  readonly afterMs: number | null;
  readonly error: ErrorSummary;
  readonly attempt: Attempt;
}

/** `failed`: another attempt would fail as well. `gone`: status 410, the address must not be used again. */
interface FailedDelivery {
  readonly kind: 'failed' | 'gone';
  /** The largest body that the receiver accepts, if it says so in a response with status 413. */
  readonly maxBytes: number | null;
  readonly error: ErrorSummary;
  readonly attempt: Attempt;
}

export type PostDeliveryResult = AcknowledgedDelivery | RetryableDelivery | FailedDelivery;

/**
 * Makes one attempt to deliver a batch: signs it, posts it and classifies the response. A failed attempt is a result.
 * Throws only the reason of `signal` and errors that are bugs.
 */
export async function postDelivery(options: PostDeliveryOptions): Promise<PostDeliveryResult> {
  const startedAt = options.now();
  try {
    return classifyResponse(await signAndPost(options, startedAt), options, startedAt);
  } catch (error) {
    if (!(error instanceof InletError) || options.signal?.aborted) throw error;
    const durationMs = options.now().getTime() - startedAt.getTime();
    return classifyError(error, { at: startedAt.toISOString(), durationMs, status: null, answer: '' });
  }
}

function signAndPost(options: PostDeliveryOptions, timestamp: Date): Promise<PostResult> {
  const { webhooks, destination, secrets, id, isReplay, body, timeoutMs = TIMEOUT_MS, signal } = options;
  const { authHeader, url } = destination;
  return webhooks.post({
    url,
    headers: {
      ...(authHeader ? { [authHeader.name]: authHeader.value } : {}),
      'content-type': 'application/json; charset=utf-8',
      ...(isReplay ? REPLAY_HEADER : {}),
      ...signDelivery({ id, timestamp, body, secrets }),
    },
    body,
    timeoutMs,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    signal,
  });
}

function classifyResponse(
  result: PostResult,
  { destination, now }: PostDeliveryOptions,
  startedAt: Date,
): PostDeliveryResult {
  const { status, headers, answer, durationMs } = result;
  const { host } = new URL(destination.url);
  const facts = { at: startedAt.toISOString(), durationMs, status, answer: cutAnswer(answer) };
  if (status >= 200 && status < 300) {
    const { rejected, error } = readAcknowledgement(result, host);
    return { kind: 'acknowledged', rejected, attempt: { ...facts, error: error && summarize(error) } };
  }
  const error = summarize(errorOfStatus(status, host));
  const attempt = { ...facts, error };
  if (status === 410) return { kind: 'gone', maxBytes: null, error, attempt };
  if (status < 500 && !RETRIED_4XX.has(status)) {
    const maxBytes = status === 413 ? readStatedLimit(answer) : null;
    return { kind: 'failed', maxBytes, error, attempt };
  }
  const afterMs = parseRetryAfter(headers['retry-after'], now().getTime());
  return { kind: 'retry', afterMs: afterMs && Math.min(afterMs, MAX_RETRY_AFTER_MS), error, attempt };
}

/** A failed connection may work later. A private address or an invalid URL will not. */
function classifyError(error: InletError, facts: Omit<Attempt, 'error'>): PostDeliveryResult {
  const summary = summarize(error);
  const attempt = { ...facts, error: summary };
  const isTemporary = error.code === 'delivery_unreachable' || error.code === 'delivery_timeout';
  return isTemporary
    ? { kind: 'retry', afterMs: null, error: summary, attempt }
    : { kind: 'failed', maxBytes: null, error: summary, attempt };
}

function errorOfStatus(status: number, host: string): InletError {
  const detail = `${host} answered with status ${status}.`;
  if (status === 410) return new InletError('delivery_gone', { detail });
  if (status >= 300 && status < 400) return new InletError('delivery_redirected', { detail });
  return new InletError('delivery_rejected', { detail });
}

/** Cuts the response for the delivery log, without splitting a surrogate pair. */
function cutAnswer(answer: string): string {
  return answer.slice(0, SHOWN_ANSWER_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}
