import { InletError, isFinished, summarize, type Template } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Delivery, NewDelivery, Run } from '../ports/model.js';
import type { WorkOptions, WorkResult } from '../ports/queue.js';
import { type Addressee, findAddressee, sendStored } from './attempt-delivery.js';
import { countsOf } from './run-counts.js';

/** Sends one delivery outside of its run: a closing event, or one that is replayed. */
export async function sendOneDelivery(
  context: Context,
  { work, options }: { work: { projectId: string; deliveryId: string }; options: WorkOptions },
): Promise<WorkResult> {
  const { projectId, deliveryId } = work;
  const delivery = await context.store.deliveries.get(projectId, deliveryId);
  if (delivery?.status !== 'pending') return null;
  return orGiveUp(context, { delivery, options, send: () => send(context, { delivery, options }) });
}

/** Sends a delivery that was stored just now, by the one who stored it and has all that it takes at hand. */
export async function sendNewDelivery(
  context: Context,
  {
    stored,
    run,
    template,
    addressee,
    options,
  }: {
    stored: NewDelivery;
    run: Run;
    template: Template;
    addressee: Addressee | undefined;
    options: WorkOptions;
  },
): Promise<WorkResult> {
  const delivery = { ...stored.delivery, body: stored.body };
  const { signal } = options;
  const send = async () => {
    const to = addressee ?? (await findAddressee(context, template));
    const { nextAttemptAt } = await sendStored(context, { delivery, run, addressee: to, signal });
    return nextAttemptAt && { againAt: nextAttemptAt };
  };
  return orGiveUp(context, { delivery, options, send });
}

async function orGiveUp(
  context: Context,
  { delivery, options, send }: { delivery: Delivery; options: WorkOptions; send: () => Promise<WorkResult> },
): Promise<WorkResult> {
  try {
    return await send();
  } catch (error) {
    if (options.signal.aborted) return { againAt: context.now() };
    if (!(error instanceof InletError) || error.code === 'unavailable') throw error;
    context.log.warn({ code: error.code, deliveryId: delivery.id }, 'a delivery cannot be sent');
    await giveUp(context, { delivery, error });
    return null;
  }
}

async function send(
  context: Context,
  { delivery, options }: { delivery: Delivery; options: WorkOptions },
): Promise<WorkResult> {
  const { projectId, runId } = delivery;
  const run = await context.store.runs.get(projectId, runId);
  if (!run) throw new InletError('run_not_found');
  const template = await context.store.templates.get(projectId, run.templateId);
  if (!template) throw new InletError('template_not_found');
  const addressee = await findAddressee(context, template);
  const { nextAttemptAt } = await sendStored(context, { delivery, run, addressee, signal: options.signal });
  if (nextAttemptAt) return { againAt: nextAttemptAt };
  if (delivery.type === 'import.records' && isFinished(run.outcome)) await recount(context, run);
  return null;
}

/** What can never be sent must not stay pending, or it would be looked at again for ever. */
async function giveUp(
  context: Context,
  { delivery, error }: { delivery: Delivery; error: InletError },
): Promise<void> {
  const now = context.now();
  await context.store.deliveries.recordAttempt(delivery.projectId, delivery.id, {
    attempt: { at: now, durationMs: 0, status: null, answer: '', error: summarize(error) },
    status: 'failed',
    nextAttemptAt: null,
    rowsRejected: 0,
    acknowledgedAt: null,
    expiresAt: new Date(now.getTime() + context.settings.keepFailedMs),
  });
}

/**
 * Takes the counts of a finished run from the outbox again; several deliveries may be replayed at a time. Not where
 * some of its batches are forgotten by now: they would seem never to have been sent.
 */
async function recount(context: Context, { projectId, id }: Run): Promise<void> {
  for (let attempt = 0; attempt < RECOUNTS; attempt += 1) {
    const run = await context.store.runs.get(projectId, id);
    if (!run) return;
    const summary = await context.store.deliveries.summarize(projectId, id);
    const stored = Object.values(summary).reduce((sum, { batches }) => sum + batches, 0);
    if (stored < run.counts.batches) return;
    const sent = countsOf(run, summary);
    const issues = run.counts.issues + sent.rowsRejected - run.counts.rowsRejected;
    const isDone = await context.store.runs.replaceCounts(projectId, id, {
      from: run.counts,
      to: { ...sent, issues },
    });
    if (isDone) return;
  }
}

const RECOUNTS = 20;
