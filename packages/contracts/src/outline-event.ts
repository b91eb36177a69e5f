import { z } from 'zod';
import type { Problem } from './errors.js';
import { outlineResponseSchema } from './request.js';

/** Progress of an outline. */
export const outlineProgressSchema = z.strictObject({
  /** Bytes of the source read so far, after decompression. */
  bytes: z.int(),
  /** Records read so far, including one that is still incomplete. Never more than an outline counts. */
  records: z.int(),
});
export type OutlineProgress = z.infer<typeof outlineProgressSchema>;

/** Server-sent event of an outline: any number of `progress`, then either `result` or `problem`. */
export const outlineEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('progress'), data: outlineProgressSchema }),
  z.strictObject({ event: z.literal('result'), data: outlineResponseSchema }),
  z.strictObject({ event: z.literal('problem'), data: z.custom<Problem>() }),
]);
export type OutlineEvent = z.infer<typeof outlineEventSchema>;
