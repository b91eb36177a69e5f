import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

/**
 * The body of a delivery, in a collection of its own, so that listings and status changes never touch it: a
 * megabyte is written once and never again. Written before its delivery, so that one that is wanted has a body;
 * where both go for good, it goes first, so that what is left after a crash is found again by its delivery.
 */
export interface BodyRecord {
  /** The delivery's id. */
  _id: string;
  projectId: string;
  jobId: string;
  runId: string;
  runAttempt: number;
  bytes: Buffer;
}

const required = true;

export const bodySchema: Schema<BodyRecord> = new Schema<BodyRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    runAttempt: { type: Number, required },
    bytes: { type: Buffer, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'delivery_bodies' },
);

// removeStaged
bodySchema.index({ projectId: 1, runId: 1, runAttempt: 1 });
// removeOfJob
bodySchema.index({ projectId: 1, jobId: 1 });
