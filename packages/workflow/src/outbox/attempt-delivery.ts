import { InletError, isFinished, type Template, type WebhookDestination } from '@inlet/contracts';
import { nextAttemptDelayMs, type PostDeliveryResult, postDelivery } from '@inlet/delivery';
import type { Context } from '../ports/context.js';
import { type Delivery, type DueDelivery, deliveryRef, type Run, runRef } from '../ports/model.js';
import { findCredentials, validSecrets } from '../projects/credentials.js';
import type { BodyLimits } from './body-limit.js';
import { buildBody, bytesOf } from './delivery-body.js';
import { logAcknowledgement, matchRejectedRows } from './rejected-rows.js';
import { hasHalves, storeHalves } from './split-delivery.js';

/** The destination of a template's rows, and what signs them. */
export interface ReceiverSettings {
  readonly destination: WebhookDestination;
  /** Webhook secrets, newest first. */
  readonly secrets: readonly string[];
}

export interface AttemptedDelivery {
  /** null if the batch was split instead of being sent, because the receiver refused batches of its size. */
  readonly outcome: PostDeliveryResult | null;
  /** `discarded`: the batch is too large for the receiver, and its halves are stored. */
  readonly status: 'pending' | 'acknowledged' | 'failed' | 'discarded';
  readonly nextAttemptAt: Date | null;
  readonly rowsRejected: number;
  /** 1 if the batch is acknowledged and the receiver's answer could not be read, else 0. */
  readonly answersUnread: number;
}

export interface AttemptOptions {
  /** With its body if that is loaded already. */
  readonly delivery: Delivery & Partial<Pick<DueDelivery, 'body'>>;
  readonly run: Run;
  readonly receiver: ReceiverSettings;
  /** Only for batches. */
  readonly limits?: BodyLimits | undefined;
  readonly signal: AbortSignal;
  /** Number of batches of the run now; default: when they were released. */
  readonly batches?: number | undefined;
  /** Returns the number of the second half if the batch must be split; default: after all batches of the run. */
  readonly takeNumber?: (() => number) | undefined;
}

export async function findReceiver(context: Context, template: Template): Promise<ReceiverSettings> {
  if (!template.destination) throw new InletError('template_no_destination');
  if (template.destination.kind !== 'webhook') throw new InletError('destination_needs_server');
  const { webhookSecrets } = await findCredentials(context, template.projectId);
  return { destination: template.destination, secrets: validSecrets(webhookSecrets, context.now()) };
}

/**
 * Makes one attempt at a stored delivery, or splits a batch that is too large for its receiver. Stores the rows that
 * the receiver rejected, or that its answer could not be read, then the attempt.
 */
export async function attemptDelivery(
  context: Context,
  { delivery, run, receiver, signal, limits, takeNumber, batches = run.counts.batches }: AttemptOptions,
): Promise<AttemptedDelivery> {
  const content = delivery.body ?? (await context.store.deliveries.body(deliveryRef(delivery)));
  if (!content) throw new InletError('delivery_body_expired');
  const body = buildBody(delivery, { about: run.about, batches, content });
  const isKnownTooLarge =
    canBeSplit(delivery) && bytesOf(body) > (limits?.maxBytes ?? Number.POSITIVE_INFINITY);
  const isSplit =
    isKnownTooLarge || (canBeSplit(delivery) && isRepeated(run) && (await hasHalves(context, delivery)));
  const outcome = isSplit ? null : await post(context, { delivery, receiver, body, signal });
  const rows = outcome?.kind === 'acknowledged' ? matchRejectedRows(outcome.rejected, content) : [];
  const unreadable = isBatch(delivery) && outcome?.kind === 'acknowledged' ? outcome.attempt.error : null;
  if (isBatch(delivery) && outcome?.kind === 'acknowledged')
    await logAcknowledgement(context, { run, delivery, content, rows, unreadable });
  const decided = decideNext(context, { delivery, outcome });
  if (decided.status === 'discarded') {
    if (outcome?.kind === 'failed')
      await limits?.learn({ bytes: bytesOf(body), statedBytes: outcome.maxBytes });
    await storeHalves(context, {
      delivery,
      content,
      secondNumber: takeNumber?.() ?? (await nextNumber(context, { run, delivery })),
    });
  }
  const attempted = {
    outcome,
    ...decided,
    rowsRejected: rows.length,
    answersUnread: unreadable === null ? 0 : 1,
  };
  await recordAttempt(context, { delivery, attempted });
  return attempted;
}

interface BodyToPost extends Pick<AttemptOptions, 'delivery' | 'receiver' | 'signal'> {
  readonly body: readonly Buffer[];
}

async function post(
  context: Context,
  { delivery, receiver, body, signal }: BodyToPost,
): Promise<PostDeliveryResult> {
  const outcome = await postDelivery({
    webhooks: context.webhooks,
    destination: receiver.destination,
    secrets: receiver.secrets,
    id: delivery.id,
    isReplay: delivery.replayOf !== null,
    body,
    now: context.now,
    timeoutMs: context.settings.deliveryTimeoutMs,
    signal,
  });
  context.observe({ kind: 'delivery_attempt', result: outcome.kind, durationMs: outcome.attempt.durationMs });
  return outcome;
}

const CONTENT_TOO_LARGE = 413;

/** An earlier worker may have sent this delivery. */
const isRepeated = ({ attempt, outcome }: Run): boolean => attempt > 1 || isFinished(outcome);

/** Replays are no batches of the run, so both halves of one keep the number of the replayed batch. */
async function nextNumber(
  context: Context,
  { run, delivery }: Pick<AttemptOptions, 'run' | 'delivery'>,
): Promise<number> {
  if (delivery.replayOf !== null) return delivery.number;
  const summary = await context.store.deliveries.summarize(runRef(run));
  return Object.values(summary).reduce((total, { batches }) => total + batches, 1);
}

const isBatch = ({ type }: Delivery): boolean => type === 'import.records';
const canBeSplit = (delivery: Delivery): boolean => isBatch(delivery) && delivery.rows > 1;

/** Decides what follows from an attempt: the delivery is done, tried again later, split, or given up. */
function decideNext(
  context: Context,
  { delivery, outcome }: { delivery: Delivery; outcome: PostDeliveryResult | null },
): Pick<AttemptedDelivery, 'status' | 'nextAttemptAt'> {
  if (outcome?.kind === 'acknowledged') return { status: 'acknowledged', nextAttemptAt: null };
  if (!outcome || (outcome.attempt.status === CONTENT_TOO_LARGE && canBeSplit(delivery)))
    return { status: 'discarded', nextAttemptAt: null };
  if (outcome.kind !== 'retry') return { status: 'failed', nextAttemptAt: null };
  const delayMs = nextAttemptDelayMs(delivery.attemptCount + 1, {
    random: context.random,
    retryAfterMs: outcome.afterMs,
  });
  if (delayMs === null) return { status: 'failed', nextAttemptAt: null };
  return { status: 'pending', nextAttemptAt: new Date(context.now().getTime() + delayMs) };
}

async function recordAttempt(
  context: Context,
  { delivery, attempted }: { delivery: Delivery; attempted: AttemptedDelivery },
): Promise<void> {
  const now = context.now();
  const attempt = attempted.outcome?.attempt;
  const { keepAcknowledgedMs, keepFailedMs } = context.settings;
  const keepMs = attempted.status === 'acknowledged' ? keepAcknowledgedMs : keepFailedMs;
  await context.store.deliveries.recordAttempt(deliveryRef(delivery), {
    attempt: attempt ? { ...attempt, at: new Date(attempt.at) } : null,
    status: attempted.status,
    reason: attempted.status === 'discarded' ? 'split' : null,
    nextAttemptAt: attempted.nextAttemptAt,
    rowsRejected: attempted.rowsRejected,
    answersUnread: attempted.answersUnread,
    acknowledgedAt: attempted.status === 'acknowledged' ? now : null,
    expiresAt: attempted.status === 'pending' ? null : new Date(now.getTime() + keepMs),
  });
}
