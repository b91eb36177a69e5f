import { type DeliveryView, InletError } from '@inlet/contracts';
import type { World } from '../ports/world.js';
import { findRun } from './get-run.js';
import { viewDelivery } from './view-run.js';

const PAGE = 200;

/** Sends all deliveries of a run again, under the same ids. */
export async function replayRun(
  world: World,
  { projectId, runId }: { projectId: string; runId: string },
): Promise<{ deliveries: number }> {
  await findRun(world, { projectId, runId });
  const now = world.now();
  const deliveries = await world.store.deliveries.replayRun(projectId, runId, now);
  if (deliveries === 0) throw new InletError('run_not_replayable');
  for (let cursor: string | undefined; ; ) {
    const page = await world.store.deliveries.listOfRun(projectId, {
      runId,
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    for (const { id, status } of page.items)
      if (status === 'pending') await world.queue.setDelivery({ projectId, deliveryId: id, at: now });
    if (page.nextCursor === null) return { deliveries };
    cursor = page.nextCursor;
  }
}

/** Sends one delivery again, under the same id. */
export async function replayDelivery(
  world: World,
  { projectId, deliveryId }: { projectId: string; deliveryId: string },
): Promise<DeliveryView> {
  const now = world.now();
  const result = await world.store.deliveries.replay(projectId, deliveryId, now);
  const delivery = await world.store.deliveries.get(projectId, deliveryId);
  if (result === 'not_found' || !delivery) throw new InletError('delivery_not_found');
  if (result === 'not_replayable') throw new InletError('run_not_replayable');
  await world.queue.setDelivery({ projectId, deliveryId, at: now });
  return viewDelivery(delivery);
}
