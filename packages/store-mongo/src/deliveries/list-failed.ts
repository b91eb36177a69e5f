import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toDelivery } from './delivery-record.js';

export const listFailed =
  ({ models }: Context): DeliveryStore['listFailed'] =>
  async (projectId, runId) => {
    const records = await models.deliveries
      .find({ projectId, runId, status: 'failed' })
      .sort({ number: 1 })
      .lean();
    return records.map(toDelivery);
  };
