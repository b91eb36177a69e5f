import { InletError, isFinished, summarize } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import {
  type Delivery,
  type DeliveryRef,
  deliveryRef,
  type NewDelivery,
  type Run,
  runRef,
} from '../ports/model.js';
import type { WorkOptions, WorkResult } from '../ports/queue.js';
import { isStoreFault } from '../ports/store.js';
import { attemptDelivery, findReceiver, type ReceiverSettings } from './attempt-delivery.js';
import { createBodyLimits } from './body-limit.js';
import { recountRun } from './run-counts.js';
import { halfRefsOf } from './split-delivery.js';

/** Sends one delivery outside of its run: a closing event, or a replay. */
export async function sendQueuedDelivery(
  context: Context,
  ref: DeliveryRef,
  { signal, isTakenOver = false }: WorkOptions,
): Promise<WorkResult> {
  const delivery = await context.store.deliveries.get(ref);
  if (delivery?.status !== 'pending') {
    // The worker that sent it may have died before it counted.
    const run = delivery && isTakenOver && (await context.store.runs.get(delivery));
    if (run) await recountOnceSent(context, { delivery, run });
    return null;
  }
  return sendOrGiveUp(context, { delivery, signal, send: () => sendStored(context, delivery, signal) });
}

export interface NewDeliveryOptions {
  readonly stored: NewDelivery;
  readonly run: Run;
  /** Returns the receiver, which may be loaded already. */
  readonly receiver: () => Promise<ReceiverSettings> | ReceiverSettings;
  readonly signal: AbortSignal;
}

/** Sends a delivery immediately after it was stored, without loading it again. */
export async function sendNewDelivery(
  context: Context,
  { stored, run, receiver, signal }: NewDeliveryOptions,
): Promise<WorkResult> {
  const delivery = { ...stored.delivery, body: stored.body };
  const send = async () => {
    const options = { delivery, run, receiver: await receiver(), signal };
    const { nextAttemptAt } = await attemptDelivery(context, options);
    return nextAttemptAt && { againAt: nextAttemptAt };
  };
  return sendOrGiveUp(context, { delivery, signal, send });
}

async function sendStored(context: Context, delivery: Delivery, signal: AbortSignal): Promise<WorkResult> {
  const run = await context.store.runs.get(delivery);
  if (!run) throw new InletError('run_not_found');
  const template = await context.store.templates.get(run);
  if (!template) throw new InletError('template_not_found');
  const receiver = await findReceiver(context, template);
  const job = delivery.type === 'import.records' ? await context.store.jobs.get(run) : null;
  const limits = job ? createBodyLimits(context, { job, destination: receiver.destination }) : undefined;
  const options = { delivery, run, receiver, limits, signal };
  const { status, nextAttemptAt } = await attemptDelivery(context, options);
  if (nextAttemptAt) return { againAt: nextAttemptAt };
  if (status === 'discarded')
    for (const half of halfRefsOf(delivery)) await context.queue.setDelivery({ ...half, at: context.now() });
  await recountOnceSent(context, { delivery, run });
  return null;
}

interface SentDelivery {
  readonly delivery: Delivery;
  readonly run: Run;
}

/**
 * Updates the counts of a finished run after a batch was sent outside of it. Only the last of several batches that are
 * due does so: to count is to read all of them.
 */
async function recountOnceSent(context: Context, { delivery, run }: SentDelivery): Promise<void> {
  if (delivery.type !== 'import.records' || !isFinished(run.outcome)) return;
  const [next] = await context.store.deliveries.listDue(runRef(run), { now: context.now(), limit: 1 });
  if (!next) await recountRun(context, run);
}

interface SendAttempt {
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  readonly send: () => Promise<WorkResult>;
}

/** Sends a delivery; one that can never be sent becomes failed, since a pending one would be tried forever. */
async function sendOrGiveUp(context: Context, { delivery, signal, send }: SendAttempt): Promise<WorkResult> {
  try {
    return await send();
  } catch (error) {
    if (signal.aborted) return { againAt: context.now() };
    if (!(error instanceof InletError) || isStoreFault(error)) throw error;
    context.log.warn(
      { code: error.code, deliveryId: delivery.id },
      'gave up on a delivery that cannot be sent',
    );
    await markFailed(context, { delivery, error });
    return null;
  }
}

async function markFailed(
  context: Context,
  { delivery, error }: { delivery: Delivery; error: InletError },
): Promise<void> {
  const now = context.now();
  await context.store.deliveries.recordAttempt(deliveryRef(delivery), {
    attempt: { at: now, durationMs: 0, status: null, answer: '', error: summarize(error) },
    status: 'failed',
    nextAttemptAt: null,
    rowsRejected: 0,
    answersUnread: 0,
    acknowledgedAt: null,
    expiresAt: new Date(now.getTime() + context.settings.keepFailedMs),
  });
}
