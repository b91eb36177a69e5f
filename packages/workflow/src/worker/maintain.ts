import { isFinished } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { WorkOptions } from '../ports/queue.js';

const AT_ONCE = 500;
const EXPIRED_AT_ONCE = 200;
/** Of removing; what is left then is for the next time, so that repairs never wait long. */
const MOST_ROUNDS = 50;

/**
 * Finds work whose entry in the queue was lost, for example by a crash between two writes, and puts it back; then
 * removes deliveries that are kept no longer. Costs as much as there is to do: usually four look-ups that find
 * nothing.
 */
export async function maintain(context: Context, { signal }: WorkOptions): Promise<void> {
  await putBack(context);
  await forgetExpired(context, signal);
}

async function putBack(context: Context): Promise<void> {
  const now = context.now();
  const { leaseMs, deliveryTimeoutMs } = context.settings;
  // Whoever is still at it would have given a sign of life, or an answer, by then.
  const graceMs = Math.max(leaseMs, deliveryTimeoutMs);
  const stale = { before: new Date(now.getTime() - graceMs), limit: AT_ONCE };
  for (const { projectId, id } of await context.store.runs.listStranded(stale)) {
    await context.queue.setRun({ projectId, runId: id, at: now });
  }
  for (const { projectId, id, runId } of await context.store.deliveries.listStranded(stale)) {
    const run = await context.store.runs.get(projectId, runId);
    if (run && isFinished(run.outcome))
      await context.queue.setDelivery({ projectId, deliveryId: id, at: now });
  }
  for (const { projectId, id, externalUserId } of await context.store.jobs.listOverdue(stale)) {
    await context.queue.setTick({ projectId, jobId: id, externalUserId, at: now });
  }
}

async function forgetExpired(context: Context, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
    const limit = EXPIRED_AT_ONCE;
    const removed = await context.store.deliveries.removeExpired({ now: context.now(), limit });
    if (removed < limit) return;
  }
}
