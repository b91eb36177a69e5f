import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toBuffer } from '../to-buffer.js';
import { unpackBody } from './packed-body.js';

export const body =
  ({ models }: Context): DeliveryStore['body'] =>
  async (projectId, deliveryId) => {
    const record = await models.bodies.findOne({ _id: deliveryId, projectId }).select({ bytes: 1 }).lean();
    return record && unpackBody(toBuffer(record.bytes));
  };
