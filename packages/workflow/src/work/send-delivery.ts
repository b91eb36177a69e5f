import { InletError, isFinished } from '@inlet/contracts';
import type { WorkContext, WorkResult } from '../ports/queue.js';
import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { finalCounts } from './finish-run.js';
import { logRefused } from './log-refused.js';
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
      onRefused: (rows) => logRefused(world, { run, rows }),
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

async function recount(world: World, run: Run): Promise<void> {
  const now = await finalCounts(world, run);
  const { counts } = run;
  await world.store.runs.adjustCounts(run.projectId, run.id, {
    batchesAcknowledged: now.batchesAcknowledged - counts.batchesAcknowledged,
    batchesFailed: now.batchesFailed - counts.batchesFailed,
    rowsAcknowledged: now.rowsAcknowledged - counts.rowsAcknowledged,
    rowsRejected: now.rowsRejected - counts.rowsRejected,
    issues: now.rowsRejected - counts.rowsRejected,
  });
}
