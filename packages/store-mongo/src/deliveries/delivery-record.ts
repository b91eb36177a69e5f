import type { Delivery, DueDelivery, NewDelivery } from '@inlet/workflow';
import { toBuffer } from '../to-buffer.js';
import type { BodyRecord } from './body-schema.js';
import type { DeliveryRecord } from './delivery-schema.js';
import { packBody } from './packed-body.js';

/** Larger bodies would make listings and changes of deliveries dear. */
const SMALL_BYTES = 4096;
export const isSmall = ({ body }: NewDelivery): boolean => body.length <= SMALL_BYTES;

/** For listings, which need no bodies. */
export const WITHOUT_BODY = { smallBody: 0 } as const;

export const toDeliveryRecord = (given: NewDelivery): DeliveryRecord => {
  const { delivery, expiresAt, body } = given;
  const { id, ...rest } = delivery;
  // a pending delivery always has a moment, or no query would ever find it due
  const nextAttemptAt = rest.nextAttemptAt ?? (rest.status === 'pending' ? rest.createdAt : null);
  return { _id: id, ...rest, nextAttemptAt, expiresAt, ...(isSmall(given) && { smallBody: body }) };
};

export const toBodyRecord = async ({ delivery, body }: NewDelivery): Promise<BodyRecord> => ({
  _id: delivery.id,
  projectId: delivery.projectId,
  jobId: delivery.jobId,
  runId: delivery.runId,
  runAttempt: delivery.runAttempt,
  bytes: await packBody(body),
});

export const toDelivery = ({ _id, expiresAt: _, smallBody: __, ...rest }: DeliveryRecord): Delivery => ({
  id: _id,
  ...rest,
});

export const toDueDelivery = (record: DeliveryRecord): DueDelivery => ({
  ...toDelivery(record),
  body: record.smallBody ? toBuffer(record.smallBody) : null,
});
