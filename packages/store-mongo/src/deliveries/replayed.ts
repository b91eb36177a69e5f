import type { DeliveryRecord } from './delivery-schema.js';

export const REPLAYABLE: DeliveryRecord['status'][] = ['acknowledged', 'failed'];

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
