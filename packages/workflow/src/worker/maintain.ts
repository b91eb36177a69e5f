import { isFinished } from '@inlet/contracts';
import { removeWithRuns } from '../jobs/remove-job.js';
import type { Context } from '../ports/context.js';
import type { WorkOptions } from '../ports/queue.js';
import { resumeErasures } from '../users/run-erasure.js';
import type { TimeCorrection } from './correct-times.js';
import { maintainUploads } from './maintain-uploads.js';
import { removeOldRuns } from './remove-old-runs.js';

const MAX_REQUEUED = 500;
const MAX_REMOVED = 200;
/** Leaves further removals to the next call, so that requeueing never waits long. */
const MAX_ROUNDS = 50;

export interface MaintenanceOptions extends WorkOptions {
  readonly times: TimeCorrection;
}

/**
 * Corrects times that a wrong clock has put off, requeues work whose queue entry was lost, for example by a crash
 * between two writes, then removes expired deliveries, drafts and uploads, and old runs. The cost depends on the work found:
 * usually thirteen look-ups that find nothing, and one page of jobs.
 */
export async function maintain(context: Context, { signal, times }: MaintenanceOptions): Promise<void> {
  await times.correct(signal);
  await requeueLostWork(context);
  await removeExpiredDeliveries(context, signal);
  await removeExpiredDrafts(context, signal);
  await maintainUploads(context, signal);
  await resumeErasures(context);
  await removeOldRuns(context, signal);
}

async function requeueLostWork(context: Context): Promise<void> {
  const now = context.now();
  const { leaseMs, deliveryTimeoutMs } = context.settings;
  // A worker that still does the work would have renewed its lease, or had its answer, by then.
  const graceMs = Math.max(leaseMs, deliveryTimeoutMs);
  const overdue = { before: new Date(now.getTime() - graceMs), limit: MAX_REQUEUED };
  for (const { projectId, id } of await context.store.runs.listStranded(overdue)) {
    await context.queue.setRun({ projectId, runId: id, at: now });
  }
  for (const { projectId, id, runId } of await context.store.deliveries.listStranded(overdue)) {
    const run = await context.store.runs.get({ projectId, runId });
    if (run && isFinished(run.outcome))
      await context.queue.setDelivery({ projectId, deliveryId: id, at: now });
  }
  for (const { projectId, id, externalUserId } of await context.store.jobs.listOverdue(overdue)) {
    await context.queue.setTick({ projectId, jobId: id, externalUserId, at: now });
  }
}

async function removeExpiredDeliveries(context: Context, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round += 1) {
    const options = { now: context.now(), limit: MAX_REMOVED };
    if ((await context.store.deliveries.removeExpired(options)) < MAX_REMOVED) return;
  }
}

async function removeExpiredDrafts(context: Context, signal: AbortSignal): Promise<void> {
  const expired = await context.store.jobs.listExpired({ now: context.now(), limit: MAX_REMOVED });
  for (const job of expired) {
    if (signal.aborted) return;
    await removeWithRuns(context, job);
  }
}
