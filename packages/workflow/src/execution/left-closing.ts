import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';

/**
 * Has the closing event of a run that is over sent, where whoever ended the run died before. It has the same id:
 * should they be alive after all, a receiver knows the second one for the same.
 */
export async function sendLeftClosing(
  context: Context,
  { projectId, closingDeliveryId: deliveryId }: Run,
): Promise<void> {
  const closing = await context.store.deliveries.get(projectId, deliveryId);
  if (closing?.status !== 'pending') return;
  const at = closing.nextAttemptAt ?? context.now();
  await context.queue.setDelivery({ projectId, deliveryId, at });
}
