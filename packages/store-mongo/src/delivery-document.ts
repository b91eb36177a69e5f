import type { Delivery, DueDelivery, NewDelivery, StoredAttempt } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { errorSummaryPart, PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';

export interface DeliveryDocument extends Omit<Delivery, 'id'> {
  _id: string;
  /** When it may be removed, with its body; null while it is needed. */
  expiresAt: Date | null;
  /** 1 if the receiver acknowledged it with an answer that could not be read; absent until an attempt is made. */
  answersUnread?: number;
  /** A body of a few kilobytes, not packed: one write and one look-up for both. Larger ones have their own documents. */
  smallBody?: Buffer;
}

const required = true;

const attemptSchema = new Schema<StoredAttempt>(
  {
    at: Date,
    durationMs: Number,
    status: { type: Number, default: null },
    answer: String,
    error: { type: errorSummaryPart, default: null },
  },
  PART_OPTIONS,
);

export const deliverySchema: Schema<DeliveryDocument> = new Schema<DeliveryDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    templateId: { type: String, required },
    runAttempt: { type: Number, required },
    replayOf: { type: String, default: null },
    type: { type: String, required },
    number: { type: Number, required },
    rows: { type: Number, required },
    bytes: { type: Number, required },
    status: { type: String, required },
    reason: { type: String, default: null },
    attemptCount: { type: Number, required },
    attempts: { type: [attemptSchema], required },
    nextAttemptAt: { type: Date, default: null },
    rowsRejected: { type: Number, required },
    answersUnread: Number,
    createdAt: { type: Date, required },
    acknowledgedAt: { type: Date, default: null },
    expiresAt: { type: Date, default: null },
    smallBody: Buffer,
  },
  { ...SCHEMA_OPTIONS, collection: 'deliveries' },
);

// listOfRun: in order; summarize, listRunsWithDeliveries
deliverySchema.index({ projectId: 1, runId: 1, number: 1, _id: 1 });
// listDue, listFailed: in order; listUnacknowledged, nextAttemptAt, release, discard, removeStaged
deliverySchema.index({ projectId: 1, runId: 1, status: 1, number: 1, nextAttemptAt: 1 });
// listStranded: holds pending deliveries only, however many there were
deliverySchema.index(
  { status: 1, nextAttemptAt: 1, runId: 1 },
  { partialFilterExpression: { status: 'pending' } },
);
// removeOfJob
deliverySchema.index({ projectId: 1, jobId: 1 });
// removeExpired. Not an index by which the database removes documents: that would leave the bodies behind.
deliverySchema.index({ expiresAt: 1, runId: 1 });

/** A larger body inside a delivery would make listings and changes of deliveries expensive. */
const SMALL_BYTES = 4096;
export const hasSmallBody = ({ body }: NewDelivery): boolean => body.length <= SMALL_BYTES;

/** The projection of listings, which need no bodies. */
export const WITHOUT_BODY = { smallBody: 0 } as const;

export function toDeliveryDocument(given: NewDelivery): DeliveryDocument {
  const { delivery, expiresAt, body } = given;
  const { id, ...rest } = delivery;
  // A pending delivery always has a time for its next attempt: without one, no query would find it.
  const nextAttemptAt = rest.nextAttemptAt ?? (rest.status === 'pending' ? rest.createdAt : null);
  const document: DeliveryDocument = { _id: id, ...rest, nextAttemptAt, expiresAt };
  if (hasSmallBody(given)) document.smallBody = body;
  return document;
}

export function toDelivery(document: DeliveryDocument): Delivery {
  const { _id, expiresAt: _, smallBody: __, answersUnread: ___, ...rest } = document;
  return { id: _id, ...rest };
}

export const toDueDelivery = (document: DeliveryDocument): DueDelivery => ({
  ...toDelivery(document),
  body: document.smallBody ?? null,
});
