import type { Run } from '../ports/records.js';
import type { World } from '../ports/world.js';

/**
 * Has the closing event of a run that is over sent, where whoever ended the run died before. It has the same id:
 * should they be alive after all, a receiver knows the second one for the same.
 */
export async function sendLeftClosing(
  world: World,
  { projectId, closingDeliveryId: deliveryId }: Run,
): Promise<void> {
  const closing = await world.store.deliveries.get(projectId, deliveryId);
  if (closing?.status !== 'pending') return;
  const at = closing.nextAttemptAt ?? world.now();
  await world.queue.setDelivery({ projectId, deliveryId, at });
}
