import type { Delivery, NewDelivery } from '@inlet/workflow';
import type { BodyRecord } from './body-schema.js';
import type { DeliveryRecord } from './delivery-schema.js';

export const toDeliveryRecord = ({ id, ...rest }: Delivery): DeliveryRecord => ({
  _id: id,
  ...rest,
  // a pending delivery always has a moment, or no query would ever find it due
  nextAttemptAt: rest.nextAttemptAt ?? (rest.status === 'pending' ? rest.createdAt : null),
  expiresAt: null,
});

export const toBodyRecord = ({ delivery, body }: NewDelivery): BodyRecord => ({
  _id: delivery.id,
  projectId: delivery.projectId,
  jobId: delivery.jobId,
  runId: delivery.runId,
  bytes: body,
  expiresAt: null,
});

export const toDelivery = ({ _id, expiresAt: _, ...rest }: DeliveryRecord): Delivery => ({
  id: _id,
  ...rest,
});
