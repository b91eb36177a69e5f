import { z } from 'zod';
import { errorSummarySchema } from './error-summary.js';
import { eventTypeSchema } from './event.js';
import { idSchema, instantSchema } from './primitives.js';

/** `held`: stored, and waiting for the run's guard rails. `failed`: given up, can be replayed. `discarded`: held back for good. */
export const deliveryStatusSchema = z.enum(['staged', 'pending', 'acknowledged', 'failed', 'discarded']);
export type DeliveryStatus = z.infer<typeof deliveryStatusSchema>;

export const attemptSchema = z.strictObject({
  at: instantSchema,
  durationMs: z.number(),
  /** HTTP status; null where there was no answer. */
  status: z.int().nullable(),
  /** The first 500 characters of the receiver's answer. */
  answer: z.string(),
  error: errorSummarySchema.nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const deliveryViewSchema = z.strictObject({
  /** Also the `webhook-id` of every attempt. */
  id: idSchema('dlv'),
  runId: idSchema('run'),
  jobId: idSchema('job'),
  type: eventTypeSchema,
  /** From 1; events that are no batch come last. */
  number: z.int(),
  rows: z.int(),
  bytes: z.int(),
  status: deliveryStatusSchema,
  attemptCount: z.int(),
  /** The last ten. */
  attempts: z.array(attemptSchema),
  nextAttemptAt: instantSchema.nullable(),
  rowsRejected: z.int(),
  createdAt: instantSchema,
  acknowledgedAt: instantSchema.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

/** What a receiver may answer to a batch, beside 2xx: rows that it refuses one by one. */
export const acknowledgementSchema = z.object({
  results: z.array(
    z.object({
      rowKey: z.string(),
      status: z.string(),
      errors: z
        .array(z.union([z.string(), z.object({ columnKey: z.string().nullish(), message: z.string() })]))
        .optional(),
    }),
  ),
});
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
