import { InletError, isFinished } from '@inlet/contracts';
import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { finalCounts } from './finish-run.js';
import { findAddressee, sendStored } from './send-stored.js';

/** Sends one delivery outside of its run: a closing event, or one that is replayed. */
export async function sendOneDelivery(
  world: World,
  { work, context }: { work: { projectId: string; deliveryId: string }; context: WorkContext },
): Promise<WorkResult> {
  const { projectId, deliveryId } = work;
  const delivery = await world.store.deliveries.get(projectId, deliveryId);
  if (delivery?.status !== 'pending') return null;
  const run = await world.store.runs.get(projectId, delivery.runId);
  const template = run && (await world.store.templates.get(projectId, run.templateId));
  if (!run || !template) return null;
  try {
    const { nextAttemptAt } = await sendStored(world, {
      delivery,
      run,
      addressee: await findAddressee(world, template),
      signal: context.signal,
    });
    if (nextAttemptAt) return { againAt: nextAttemptAt };
    if (delivery.type === 'import.records' && isFinished(run.outcome)) await recount(world, run);
    return null;
  } catch (error) {
    if (context.signal.aborted) return { againAt: world.now() };
    if (!(error instanceof InletError)) throw error;
    world.log.warn({ code: error.code, deliveryId }, 'a delivery cannot be sent');
    return null;
  }
}

/** Takes the counts of a finished run from the outbox again; several deliveries may be replayed at a time. */
async function recount(world: World, { projectId, id }: Run): Promise<void> {
  for (let attempt = 0; attempt < RECOUNTS; attempt += 1) {
    const run = await world.store.runs.get(projectId, id);
    if (!run) return;
    const sent = await finalCounts(world, run);
    const issues = run.counts.issues + sent.rowsRejected - run.counts.rowsRejected;
    const isDone = await world.store.runs.replaceCounts(projectId, id, {
      from: run.counts,
      to: { ...sent, issues },
    });
    if (isDone) return;
  }
}

const RECOUNTS = 20;
