import type { Delivery, NewDelivery } from '@inlet/workflow';
import type { BodyRecord } from './body-schema.js';
import type { DeliveryRecord } from './delivery-schema.js';
import { packBody } from './packed-body.js';

export const toDeliveryRecord = ({ delivery, expiresAt }: NewDelivery): DeliveryRecord => {
  const { id, ...rest } = delivery;
  // a pending delivery always has a moment, or no query would ever find it due
  const nextAttemptAt = rest.nextAttemptAt ?? (rest.status === 'pending' ? rest.createdAt : null);
  return { _id: id, ...rest, nextAttemptAt, expiresAt };
};

export const toBodyRecord = async ({ delivery, body }: NewDelivery): Promise<BodyRecord> => ({
  _id: delivery.id,
  projectId: delivery.projectId,
  jobId: delivery.jobId,
  runId: delivery.runId,
  claim: delivery.claim,
  bytes: await packBody(body),
});

export const toDelivery = ({ _id, expiresAt: _, ...rest }: DeliveryRecord): Delivery => ({
  id: _id,
  ...rest,
});
