import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDelivery, WITHOUT_BODY } from './delivery-record.js';

export const listFailed =
  ({ models }: Context): DeliveryStore['listFailed'] =>
  async (projectId, runId) => {
    const records = await models.deliveries
      .find({ projectId, runId, status: 'failed' })
      .sort({ number: 1 })
      .select(WITHOUT_BODY)
      .lean();
    return records.map(toDelivery);
  };
