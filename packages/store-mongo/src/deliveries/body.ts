import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toBuffer } from '../to-buffer.js';
import { unpackBody } from './packed-body.js';

export const body =
  ({ models }: Context): DeliveryStore['body'] =>
  async (projectId, deliveryId) => {
    const one = { _id: deliveryId, projectId };
    const [delivery, large] = await Promise.all([
      models.deliveries.findOne(one).select({ smallBody: 1 }).lean(),
      models.bodies.findOne(one).select({ bytes: 1 }).lean(),
    ]);
    if (delivery?.smallBody) return toBuffer(delivery.smallBody);
    return large && unpackBody(toBuffer(large.bytes));
  };
