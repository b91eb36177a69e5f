import { z } from 'zod';
import type { Problem } from './errors.js';
import { outlineResponseSchema } from './request.js';

/** How far a first look at a source has come. */
export const outlineProgressSchema = z.strictObject({
  /** Of the source, unpacked. */
  bytes: z.int(),
  /** Records seen so far, one that is still coming in included; never more than a first look counts. */
  records: z.int(),
});
export type OutlineProgress = z.infer<typeof outlineProgressSchema>;

/**
 * A first look as server-sent events: the name of each with its data. Any number of `progress`, and at the end either
 * `result` or `problem`.
 */
export const outlineEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('progress'), data: outlineProgressSchema }),
  z.strictObject({ event: z.literal('result'), data: outlineResponseSchema }),
  z.strictObject({ event: z.literal('problem'), data: z.custom<Problem>() }),
]);
export type OutlineEvent = z.infer<typeof outlineEventSchema>;
