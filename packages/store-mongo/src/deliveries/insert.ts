import type { DeliveryStore, NewDelivery } from '@inlet/workflow';
import type { Context } from '../context.js';
import { duplicatePositions } from '../duplicate-key.js';
import { isSmall, toBodyRecord, toDeliveryRecord } from './delivery-record.js';
import { packBody } from './packed-body.js';

/** `lean` hands the records to the driver as they are: casting would copy every body once more. */
const UNCAST = { lean: true, ordered: false } as const;

export const insert =
  (context: Context): DeliveryStore['insert'] =>
  async (deliveries) => {
    if (deliveries.length === 0) return;
    const large = deliveries.filter((delivery) => !isSmall(delivery));
    if (large.length > 0) await insertBodies(context, large);
    await insertRecords(context, deliveries);
  };

async function insertBodies({ models }: Context, deliveries: readonly NewDelivery[]): Promise<void> {
  try {
    await models.bodies.insertMany(await Promise.all(deliveries.map(toBodyRecord)), UNCAST);
  } catch (error) {
    const again = duplicatePositions(error).flatMap((position) => deliveries[position] ?? []);
    // left by a crash before their deliveries were written, perhaps with other bytes; a body in use stays
    const ids = again.map(({ delivery }) => delivery.id);
    const inUse = new Set(await models.deliveries.distinct('_id', { _id: { $in: ids } }));
    for (const { delivery, body } of again)
      if (!inUse.has(delivery.id))
        await models.bodies.updateOne(
          { _id: delivery.id, projectId: delivery.projectId },
          { $set: { bytes: await packBody(body) } },
        );
  }
}

async function insertRecords({ models }: Context, deliveries: readonly NewDelivery[]): Promise<void> {
  try {
    await models.deliveries.insertMany(deliveries.map(toDeliveryRecord), UNCAST);
  } catch (error) {
    const again = duplicatePositions(error).flatMap((position) => deliveries[position]?.delivery ?? []);
    for (const { id, projectId, runId } of again)
      if (!(await models.deliveries.exists({ _id: id, projectId, runId }))) throw error;
  }
}
