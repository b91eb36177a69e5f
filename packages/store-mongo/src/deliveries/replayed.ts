import type { DeliveryRecord } from './delivery-schema.js';

const ENDED: DeliveryRecord['status'][] = ['acknowledged', 'failed'];

/** What can be replayed: not what is about to be removed, whose body may be gone by the time it is sent. */
export const replayable = (now: Date) => ({
  status: { $in: ENDED },
  $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }],
});

/** A delivery that is sent once more begins anew: as pending, without attempts and what came of them. */
export const replayed = (now: Date): Partial<DeliveryRecord> => ({
  status: 'pending',
  nextAttemptAt: now,
  attemptCount: 0,
  attempts: [],
  rowsRejected: 0,
  acknowledgedAt: null,
  expiresAt: null,
});
