import { z } from 'zod';
import { errorSummarySchema } from './error-summary.js';
import { eventTypeSchema } from './event.js';
import { idSchema, instantSchema } from './primitives.js';

/**
 * - `staged`: stored, but not yet released by the run's guard rails.
 * - `pending`: released, and not yet acknowledged.
 * - `acknowledged`: the receiver answered with 2xx.
 * - `failed`: no further attempts are made; the delivery can be replayed.
 * - `discarded`: will not be sent, because its run failed or was cancelled, or because it was split.
 */
export const deliveryStatusSchema = z.enum(['staged', 'pending', 'acknowledged', 'failed', 'discarded']);
export type DeliveryStatus = z.infer<typeof deliveryStatusSchema>;

export const attemptSchema = z.strictObject({
  at: instantSchema,
  durationMs: z.number(),
  /** HTTP status; null if there was no response. */
  status: z.int().nullable(),
  /** The first 500 characters of the response body. */
  answer: z.string(),
  /** Also set for a successful status if its answer could not be read (`acknowledgement_unreadable`). */
  error: errorSummarySchema.nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const deliveryViewSchema = z.strictObject({
  /** Sent as `webhook-id` with every attempt. */
  id: idSchema('dlv'),
  runId: idSchema('run'),
  jobId: idSchema('job'),
  /** The acknowledged delivery whose rows this one sends again on request; null for any other delivery. */
  replayOf: idSchema('dlv').nullable(),
  type: eventTypeSchema,
  /** Position in the run, from 1. The closing event comes after all batches. */
  number: z.int(),
  rows: z.int(),
  bytes: z.int(),
  status: deliveryStatusSchema,
  /** `split`: the batch was too large for the receiver, and its halves took its place. */
  reason: z.enum(['split']).nullable(),
  attemptCount: z.int(),
  /** The last ten attempts. */
  attempts: z.array(attemptSchema),
  nextAttemptAt: instantSchema.nullable(),
  rowsRejected: z.int(),
  createdAt: instantSchema,
  acknowledgedAt: instantSchema.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

const rowErrorSchema = z.union([
  z.string(),
  z.object({ columnKey: z.string().nullish(), message: z.string() }),
]);

const rowResultSchema = z.object({
  rowKey: z.string(),
  status: z.string(),
  errors: z.array(rowErrorSchema.nullable().catch(null)).nullish().catch(null),
});

/**
 * Optional body of a receiver's 2xx response to a batch: the rows that it rejects (`status`: `rejected`). An entry of
 * another form is null, so that it does not hide the others.
 */
export const acknowledgementSchema = z.object({
  results: z.array(rowResultSchema.nullable().catch(null)),
});
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
