import { isFinished } from '@inlet/contracts';
import type { World } from '../ports/world.js';

const GRACE_MS = 60_000;
const AT_ONCE = 500;

/**
 * Finds work whose entry in the queue was lost, for example by a crash between two writes, and puts it back.
 * Costs as much as there is to repair: usually three look-ups that find nothing.
 */
export async function maintain(world: World): Promise<void> {
  const now = world.now();
  const stale = { before: new Date(now.getTime() - GRACE_MS), limit: AT_ONCE };
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
