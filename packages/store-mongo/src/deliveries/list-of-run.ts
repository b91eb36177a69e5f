import type { DeliveryStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { toDelivery, WITHOUT_BODY } from './delivery-record.js';

const LAST_DELIVERY = /^after (\d{1,9}) ([a-z]+_[0-9a-z]+)$/;

/** Numbers may repeat, where events follow the batches: then the id decides. */
function beginAfter(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const [, digits, id = ''] = decodeCursor(cursor, LAST_DELIVERY);
  const number = Number(digits);
  return { number: { $gte: number }, $or: [{ number: { $gt: number } }, { _id: { $gt: id } }] };
}

export const listOfRun =
  ({ models }: Context): DeliveryStore['listOfRun'] =>
  async (projectId, { runId, cursor, limit }) => {
    const records = await models.deliveries
      .find({ projectId, runId, ...beginAfter(cursor) })
      .sort({ number: 1, _id: 1 })
      .limit(limit + 1)
      .select(WITHOUT_BODY)
      .lean();
    const shown = records.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = records.length > limit && last !== undefined;
    return {
      items: shown.map(toDelivery),
      nextCursor: hasMore ? encodeCursor(`after ${last.number} ${last._id}`) : null,
    };
  };
