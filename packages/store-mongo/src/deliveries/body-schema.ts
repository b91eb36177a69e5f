import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from '../schema-options.js';

/**
 * The body of a delivery, in a collection of its own, so that listings and status changes never touch it.
 * Written before its delivery and removed after it: a delivery that is still wanted is never without its body.
 */
export interface BodyRecord {
  /** The delivery's id. */
  _id: string;
  projectId: string;
  jobId: string;
  runId: string;
  bytes: Buffer;
  expiresAt: Date | null;
}

const required = true;

export const bodySchema: Schema<BodyRecord> = new Schema<BodyRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    bytes: { type: Buffer, required },
    expiresAt: { type: Date, default: null },
  },
  { ...SCHEMA_OPTIONS, collection: 'delivery_bodies' },
);

// removeHeld
bodySchema.index({ projectId: 1, runId: 1 });
// removeOfJob
bodySchema.index({ projectId: 1, jobId: 1 });
bodySchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
