import { z } from 'zod';
import { EVENT_TYPES, eventTypeSchema } from '../event.js';
import { headerNameSchema, headerValueSchema, httpUrlSchema } from '../primitives.js';
import { splitCredentials } from '../web-address.js';
import type { DestinationRules } from './destination-rules.js';

export const MIN_BATCH_BYTES = 16_384;
export const MAX_BATCH_BYTES = 8_388_608;
export const DEFAULT_BATCH_BYTES = 100_000;

const authHeaderSchema = z.strictObject({ name: headerNameSchema, value: headerValueSchema });

/**
 * A webhook of the host. The value of its auth header, and a user name and password in its address, are secrets: stored
 * encrypted, never returned.
 */
export const webhookDestinationSchema = z.strictObject({
  // Optional inside of its default, so that a union by kind takes a destination without one.
  kind: z.literal('webhook').optional().default('webhook'),
  url: httpUrlSchema,
  /** A header that is sent with every delivery, such as `authorization`. */
  authHeader: authHeaderSchema.optional(),
  rowsPerBatch: z.int().min(1).max(5000).default(1000),
  /**
   * A batch ends before the body of its request exceeds this size, even if it has fewer rows than `rowsPerBatch`. A
   * larger row is sent alone. Many web servers accept 100 kB by default.
   */
  maxBatchBytes: z.int().min(MIN_BATCH_BYTES).max(MAX_BATCH_BYTES).default(DEFAULT_BATCH_BYTES),
  /** Event types to deliver. `import.records` must be among them. */
  events: z
    .array(eventTypeSchema)
    .default([...EVENT_TYPES])
    .refine((events) => events.includes('import.records'), { message: 'must include import.records' }),
});
export type WebhookDestination = z.infer<typeof webhookDestinationSchema>;

/** The destination as the API returns it: its address without credentials, its auth header without the value. */
export const webhookDestinationViewSchema = webhookDestinationSchema
  .omit({ authHeader: true })
  .extend({ authHeaderName: z.string().nullable() });
export type WebhookDestinationView = z.infer<typeof webhookDestinationViewSchema>;

export const webhookRules: DestinationRules<WebhookDestination, WebhookDestinationView> = {
  secretFields: [
    { path: 'url', holds: 'address' },
    { path: 'authHeader.value', holds: 'secret' },
  ],
  view: ({ authHeader, ...rest }) => ({
    ...rest,
    url: splitCredentials(rest.url).address,
    authHeaderName: authHeader?.name ?? null,
  }),
  serverOf: ({ url }) => new URL(url).origin,
};
