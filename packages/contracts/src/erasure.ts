import { z } from 'zod';
import { idSchema, instantSchema } from './primitives.js';

export const erasureCountsSchema = z.strictObject({
  /** Uploads that were removed, with their files and rows. */
  uploads: z.int(),
  /** Import jobs that were removed, with their runs, deliveries, issues and known items. */
  jobs: z.int(),
});
export type ErasureCounts = z.infer<typeof erasureCountsSchema>;

/** The removal of everything that belongs to a user. It does not tell whose. */
export const erasureSchema = z.strictObject({
  id: idSchema('era'),
  status: z.enum(['running', 'done']),
  /** Removed so far. */
  counts: erasureCountsSchema,
  createdAt: instantSchema,
  finishedAt: instantSchema.nullable(),
});
export type ErasureView = z.infer<typeof erasureSchema>;
