import type { Delivery, DeliveryStore, NewDelivery, RunRef } from '@inlet/workflow';
import { packBody, toDeliveryBodyDocument, unpackBody } from './delivery-body-document.js';
import {
  type DeliveryDocument,
  hasSmallBody,
  toDelivery,
  toDeliveryDocument,
  toDueDelivery,
  WITHOUT_BODY,
} from './delivery-document.js';
import { createDeliveryRemovals } from './delivery-removals.js';
import { createDeliveryReplays } from './delivery-replays.js';
import { type DeliveryContext, readOfFinishedRuns } from './delivery-searches.js';
import { duplicatePositions } from './driver-errors.js';
import { decodeCursor, encodeCursor, readInPages } from './paging.js';

const KEPT_ATTEMPTS = 10;
/** Deliveries that a stream reads at a time. */
const STREAMED_DELIVERIES = 100;

export function createDeliveryStore(context: DeliveryContext): DeliveryStore {
  const { documents } = context.deliveries;
  return {
    ...createDeliveryReplays(context),
    ...createDeliveryRemovals(context),

    async insert(deliveries) {
      if (deliveries.length === 0) return;
      const large = deliveries.filter((delivery) => !hasSmallBody(delivery));
      if (large.length > 0) await insertBodies(context, large);
      await insertDocuments(context, deliveries);
    },

    async get({ projectId, deliveryId }) {
      const document = await documents.findOne({ _id: deliveryId, projectId }, { projection: WITHOUT_BODY });
      return document && toDelivery(document);
    },

    async body({ projectId, deliveryId }) {
      const one = { _id: deliveryId, projectId };
      const [delivery, large] = await Promise.all([
        documents.findOne(one, { projection: { smallBody: 1 } }),
        context.deliveryBodies.documents.findOne(one, { projection: { bytes: 1 } }),
      ]);
      return delivery?.smallBody ?? (large && unpackBody(large.bytes));
    },

    async listOfRun({ projectId, runId }, { cursor, limit }) {
      const found = await documents
        .find({ projectId, runId, ...startAfter(cursor) }, { projection: WITHOUT_BODY })
        .sort({ number: 1, _id: 1 })
        .limit(limit + 1)
        .toArray();
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return {
        items: shown.map(toDelivery),
        nextCursor: hasMore ? encodeCursor(`after ${last.number} ${last._id}`) : null,
      };
    },

    async listDue({ projectId, runId }, { now, limit }) {
      const found = await documents
        .find({ projectId, runId, status: 'pending', nextAttemptAt: { $lte: now }, ...BATCHES })
        .sort({ number: 1 })
        .limit(limit)
        .toArray();
      return found.map(toDueDelivery);
    },

    async nextAttemptAt({ projectId, runId }) {
      const document = await documents.findOne(
        { projectId, runId, status: 'pending', ...BATCHES },
        { projection: { nextAttemptAt: 1 }, sort: { nextAttemptAt: 1 } },
      );
      return document?.nextAttemptAt ?? null;
    },

    async release({ projectId, runId, runAttempt }, now) {
      await documents.updateMany(
        { projectId, runId, status: 'staged', runAttempt },
        { $set: { status: 'pending', nextAttemptAt: now, expiresAt: null } },
      );
    },

    async keepStaged({ projectId, runId, runAttempt }) {
      await documents.updateMany(
        { projectId, runId, status: 'staged', runAttempt },
        { $set: { expiresAt: null } },
      );
    },

    async *streamStaged({ projectId, runId, runAttempt }) {
      const readAfter = (last?: DeliveryDocument) =>
        documents
          .find(
            { projectId, runId, status: 'staged', runAttempt, ...(last && { number: { $lt: last.number } }) },
            { projection: WITHOUT_BODY, sort: { number: -1 }, limit: STREAMED_DELIVERIES },
          )
          .toArray();
      for await (const document of readInPages(readAfter, STREAMED_DELIVERIES)) yield toDelivery(document);
    },

    async recordAttempt({ projectId, deliveryId }, options) {
      const {
        attempt,
        status,
        reason = null,
        rowsRejected,
        answersUnread,
        acknowledgedAt,
        expiresAt,
      } = options;
      const nextAttemptAt = options.nextAttemptAt ?? (status === 'pending' ? (attempt?.at ?? null) : null);
      await documents.updateOne(
        { _id: deliveryId, projectId, status: { $in: statusesBefore(status) } },
        {
          $set: { status, reason, nextAttemptAt, rowsRejected, answersUnread, acknowledgedAt, expiresAt },
          ...(attempt && {
            $inc: { attemptCount: 1 },
            $push: { attempts: { $each: [attempt], $slice: -KEPT_ATTEMPTS } },
          }),
        },
      );
    },

    summarize: (run) => summarize(context, run),

    async listFailed({ projectId, runId }) {
      const found = await documents
        .find({ projectId, runId, status: 'failed', ...BATCHES }, { projection: WITHOUT_BODY })
        .sort({ number: 1 })
        .toArray();
      return found.map(toDelivery);
    },

    async listUnacknowledged({ projectId, runId }) {
      const status = { $in: ['staged', 'pending', 'failed'] as const };
      const found = await documents
        .find({ projectId, runId, status, ...BATCHES }, { projection: WITHOUT_BODY })
        .toArray();
      return found.map(toDelivery);
    },

    async listStranded({ before, limit }) {
      const overdue = await readOfFinishedRuns(context, (excludedRunIds) =>
        documents
          .find(
            { status: 'pending', nextAttemptAt: { $lt: before }, runId: { $nin: excludedRunIds } },
            { projection: WITHOUT_BODY },
          )
          .sort({ nextAttemptAt: 1 })
          .limit(limit)
          .toArray(),
      );
      return overdue.map(toDelivery);
    },

    async listPutOff({ after, limit }) {
      const found = await documents
        .find(
          { status: 'pending', nextAttemptAt: { $gt: after } },
          { projection: WITHOUT_BODY, sort: { nextAttemptAt: -1 }, limit },
        )
        .toArray();
      return found.map(toDelivery);
    },

    async setNextAttempt({ projectId, deliveryId }, at) {
      await documents.updateOne(
        { _id: deliveryId, projectId, status: 'pending' },
        { $set: { nextAttemptAt: at } },
      );
    },
  };
}

const BATCHES = { type: 'import.records' } as const;
const UNORDERED = { ordered: false } as const;

async function insertBodies(
  { deliveries, deliveryBodies }: DeliveryContext,
  given: readonly NewDelivery[],
): Promise<void> {
  try {
    await deliveryBodies.documents.insertMany(
      await Promise.all(given.map(toDeliveryBodyDocument)),
      UNORDERED,
    );
  } catch (error) {
    const duplicates = duplicatePositions(error).flatMap((position) => given[position] ?? []);
    // A crash left them without their deliveries, perhaps with other bytes. A body in use does not change.
    const ids = duplicates.map(({ delivery }) => delivery.id);
    const inUse = new Set(await deliveries.documents.distinct('_id', { _id: { $in: ids } }));
    for (const { delivery, body } of duplicates)
      if (!inUse.has(delivery.id))
        await deliveryBodies.documents.updateOne(
          { _id: delivery.id, projectId: delivery.projectId },
          { $set: { bytes: await packBody(body) } },
        );
  }
}

/**
 * Lets closing events use the disk reserve of the embedded database, so that a run whose rows were delivered can end.
 * MongoDB ignores the comment of a command.
 */
const reserveFor = (given: readonly NewDelivery[]): { comment?: string } =>
  given.every(({ delivery }) => delivery.type !== 'import.records')
    ? { comment: 'uses the disk reserve' }
    : {};

async function insertDocuments(
  { deliveries }: DeliveryContext,
  given: readonly NewDelivery[],
): Promise<void> {
  try {
    await deliveries.documents.insertMany(given.map(toDeliveryDocument), {
      ...UNORDERED,
      ...reserveFor(given),
    });
  } catch (error) {
    const duplicates = duplicatePositions(error).flatMap((position) => given[position]?.delivery ?? []);
    for (const { id, projectId, runId } of duplicates) {
      const same = { _id: id, projectId, runId };
      if ((await deliveries.documents.countDocuments(same, { limit: 1 })) === 0) throw error;
    }
  }
}

/**
 * A worker that lost its run may report late: what was acknowledged, given up or discarded in the meantime must not
 * be sent again. But a receiver has what it acknowledged, even if it was discarded while it was in flight.
 */
const statusesBefore = (status: Delivery['status']): Delivery['status'][] =>
  status === 'acknowledged' ? ['pending', 'discarded', 'failed'] : ['pending'];

const LAST_DELIVERY = /^after (\d{1,9}) ([a-z]+_[0-9a-z]+)$/;

/** Numbers may repeat if events follow the batches; then the id decides. */
function startAfter(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const [, digits, id = ''] = decodeCursor(cursor, LAST_DELIVERY);
  const number = Number(digits);
  return { number: { $gte: number }, $or: [{ number: { $gt: number } }, { _id: { $gt: id } }] };
}

interface DeliveryNumbers {
  batches: number;
  rows: number;
  rowsRejected: number;
  answersUnread: number;
}

const noDeliveries = (): DeliveryNumbers => ({ batches: 0, rows: 0, rowsRejected: 0, answersUnread: 0 });

async function summarize({ deliveries }: DeliveryContext, { projectId, runId }: RunRef) {
  const groups = deliveries.documents.aggregate<DeliveryNumbers & { _id: Delivery['status'] }>([
    { $match: { projectId, runId, replayOf: null, ...BATCHES } },
    {
      $group: {
        _id: '$status',
        batches: { $sum: 1 },
        rows: { $sum: '$rows' },
        rowsRejected: { $sum: '$rowsRejected' },
        answersUnread: { $sum: '$answersUnread' },
      },
    },
  ]);
  const summary = {
    staged: noDeliveries(),
    pending: noDeliveries(),
    acknowledged: noDeliveries(),
    failed: noDeliveries(),
    discarded: noDeliveries(),
  };
  for await (const { _id, ...numbers } of groups) summary[_id] = numbers;
  return summary;
}
