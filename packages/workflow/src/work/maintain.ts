import { isFinished } from '@inlet/contracts';
import type { WorkContext } from '../ports/queue.js';
import type { World } from '../ports/world.js';

const AT_ONCE = 500;
const EXPIRED_AT_ONCE = 200;
/** Of removing; what is left then is for the next time, so that repairs never wait long. */
const MOST_ROUNDS = 50;

/**
 * Finds work whose entry in the queue was lost, for example by a crash between two writes, and puts it back; then
 * removes deliveries that are kept no longer. Costs as much as there is to do: usually four look-ups that find
 * nothing.
 */
export async function maintain(world: World, { signal }: WorkContext): Promise<void> {
  await putBack(world);
  await forgetExpired(world, signal);
}

async function putBack(world: World): Promise<void> {
  const now = world.now();
  const { leaseMs, deliveryTimeoutMs } = world.settings;
  // Whoever is still at it would have given a sign of life, or an answer, by then.
  const graceMs = Math.max(leaseMs, deliveryTimeoutMs);
  const stale = { before: new Date(now.getTime() - graceMs), limit: AT_ONCE };
  for (const { projectId, id } of await world.store.runs.listStranded(stale)) {
    await world.queue.setRun({ projectId, runId: id, at: now });
  }
  for (const { projectId, id, runId } of await world.store.deliveries.listStranded(stale)) {
    const run = await world.store.runs.get(projectId, runId);
    if (run && isFinished(run.outcome)) await world.queue.setDelivery({ projectId, deliveryId: id, at: now });
  }
  for (const { projectId, id, externalUserId } of await world.store.jobs.listOverdue(stale)) {
    await world.queue.setTick({ projectId, jobId: id, externalUserId, at: now });
  }
}

async function forgetExpired(world: World, signal: AbortSignal): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
    const limit = EXPIRED_AT_ONCE;
    const removed = await world.store.deliveries.removeExpired({ now: world.now(), limit });
    if (removed < limit) return;
  }
}
