import { InletError, isFinished, summarize, type Template } from '@inlet/contracts';
import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { Delivery, NewDelivery, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { countsOf } from './run-counts.js';
import { type Addressee, findAddressee, sendStored } from './send-stored.js';

/** Sends one delivery outside of its run: a closing event, or one that is replayed. */
export async function sendOneDelivery(
  world: World,
  { work, context }: { work: { projectId: string; deliveryId: string }; context: WorkContext },
): Promise<WorkResult> {
  const { projectId, deliveryId } = work;
  const delivery = await world.store.deliveries.get(projectId, deliveryId);
  if (delivery?.status !== 'pending') return null;
  return orGiveUp(world, { delivery, context, send: () => send(world, { delivery, context }) });
}

/** Sends a delivery that was stored just now, by the one who stored it and has all that it takes at hand. */
export async function sendNewDelivery(
  world: World,
  {
    stored,
    run,
    template,
    addressee,
    context,
  }: {
    stored: NewDelivery;
    run: Run;
    template: Template;
    addressee: Addressee | undefined;
    context: WorkContext;
  },
): Promise<WorkResult> {
  const delivery = { ...stored.delivery, body: stored.body };
  const { signal } = context;
  const send = async () => {
    const to = addressee ?? (await findAddressee(world, template));
    const { nextAttemptAt } = await sendStored(world, { delivery, run, addressee: to, signal });
    return nextAttemptAt && { againAt: nextAttemptAt };
  };
  return orGiveUp(world, { delivery, context, send });
}

async function orGiveUp(
  world: World,
  { delivery, context, send }: { delivery: Delivery; context: WorkContext; send: () => Promise<WorkResult> },
): Promise<WorkResult> {
  try {
    return await send();
  } catch (error) {
    if (context.signal.aborted) return { againAt: world.now() };
    if (!(error instanceof InletError) || error.code === 'unavailable') throw error;
    world.log.warn({ code: error.code, deliveryId: delivery.id }, 'a delivery cannot be sent');
    await giveUp(world, { delivery, error });
    return null;
  }
}

async function send(
  world: World,
  { delivery, context }: { delivery: Delivery; context: WorkContext },
): Promise<WorkResult> {
  const { projectId, runId } = delivery;
  const run = await world.store.runs.get(projectId, runId);
  if (!run) throw new InletError('run_not_found');
  const template = await world.store.templates.get(projectId, run.templateId);
  if (!template) throw new InletError('template_not_found');
  const addressee = await findAddressee(world, template);
  const { nextAttemptAt } = await sendStored(world, { delivery, run, addressee, signal: context.signal });
  if (nextAttemptAt) return { againAt: nextAttemptAt };
  if (delivery.type === 'import.records' && isFinished(run.outcome)) await recount(world, run);
  return null;
}

/** What can never be sent must not stay pending, or it would be looked at again for ever. */
async function giveUp(
  world: World,
  { delivery, error }: { delivery: Delivery; error: InletError },
): Promise<void> {
  const now = world.now();
  await world.store.deliveries.recordAttempt(delivery.projectId, delivery.id, {
    attempt: { at: now, durationMs: 0, status: null, answer: '', error: summarize(error) },
    status: 'failed',
    nextAttemptAt: null,
    rowsRejected: 0,
    acknowledgedAt: null,
    expiresAt: new Date(now.getTime() + world.settings.keepFailedMs),
  });
}

/**
 * Takes the counts of a finished run from the outbox again; several deliveries may be replayed at a time. Not where
 * some of its batches are forgotten by now: they would seem never to have been sent.
 */
async function recount(world: World, { projectId, id }: Run): Promise<void> {
  for (let attempt = 0; attempt < RECOUNTS; attempt += 1) {
    const run = await world.store.runs.get(projectId, id);
    if (!run) return;
    const summary = await world.store.deliveries.summarize(projectId, id);
    const stored = Object.values(summary).reduce((sum, { batches }) => sum + batches, 0);
    if (stored < run.counts.batches) return;
    const sent = countsOf(run, summary);
    const issues = run.counts.issues + sent.rowsRejected - run.counts.rowsRejected;
    const isDone = await world.store.runs.replaceCounts(projectId, id, {
      from: run.counts,
      to: { ...sent, issues },
    });
    if (isDone) return;
  }
}

const RECOUNTS = 20;
