import type { Delivery, StoredAttempt } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { errorSummarySchema } from '../error-summary-schema.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from '../schema-options.js';

export interface DeliveryRecord extends Omit<Delivery, 'id'> {
  _id: string;
  /** When it may be removed, with its body; null while it is still wanted. */
  expiresAt: Date | null;
  /** A body of a few kilobytes, as it is: one write and one look-up for both. Larger ones stand apart. */
  smallBody?: Buffer;
}

const required = true;

const attemptSchema = new Schema<StoredAttempt>(
  {
    at: Date,
    durationMs: Number,
    status: { type: Number, default: null },
    answer: String,
    error: { type: errorSummarySchema, default: null },
  },
  PART_OPTIONS,
);

export const deliverySchema: Schema<DeliveryRecord> = new Schema<DeliveryRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    templateId: { type: String, required },
    runAttempt: { type: Number, required },
    type: { type: String, required },
    number: { type: Number, required },
    rows: { type: Number, required },
    bytes: { type: Number, required },
    status: { type: String, required },
    attemptCount: { type: Number, required },
    attempts: { type: [attemptSchema], required },
    nextAttemptAt: { type: Date, default: null },
    rowsRejected: { type: Number, required },
    createdAt: { type: Date, required },
    acknowledgedAt: { type: Date, default: null },
    expiresAt: { type: Date, default: null },
    smallBody: Buffer,
  },
  { ...SCHEMA_OPTIONS, collection: 'deliveries' },
);

// listOfRun: in order; summarize
deliverySchema.index({ projectId: 1, runId: 1, number: 1, _id: 1 });
// listDue, listFailed: in order; nextAttemptAt, release, discard, replayRun, removeStaged
deliverySchema.index({ projectId: 1, runId: 1, status: 1, number: 1, nextAttemptAt: 1 });
// listStranded: pending ones only, however many there were
deliverySchema.index(
  { status: 1, nextAttemptAt: 1, runId: 1 },
  { partialFilterExpression: { status: 'pending' } },
);
// removeOfJob
deliverySchema.index({ projectId: 1, jobId: 1 });
// removeExpired: not left to the database, which would leave the body behind
deliverySchema.index({ expiresAt: 1, runId: 1 });
