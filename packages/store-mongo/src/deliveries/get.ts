import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDelivery, WITHOUT_BODY } from './delivery-record.js';

export const get =
  ({ models }: Context): DeliveryStore['get'] =>
  async (projectId, deliveryId) => {
    const record = await models.deliveries
      .findOne({ _id: deliveryId, projectId })
      .select(WITHOUT_BODY)
      .lean();
    return record && toDelivery(record);
  };
