import { z } from 'zod';
import { externalUserIdSchema, instantSchema } from './primitives.js';

/** The guard rail that held a run. */
export const HELD_RULES = ['empty', 'drift', 'invalid', 'removed', 'incomplete', 'churn'] as const;
export const heldRuleSchema = z.enum(HELD_RULES);
export type HeldRule = z.infer<typeof heldRuleSchema>;

/** The finding of the guard rail that held a run. */
export const heldSchema = z.strictObject({
  rule: heldRuleSchema,
  /**
   * `affected` of `total`. `invalid`: rows, of all that the filter does not exclude, or values of all values of
   * `columnKey`. `drift`: paths that had values in earlier runs and have none now; `total` is the same number.
   * `removed` and `churn`: missing items of all known ones. `empty` and `incomplete`: records read, of known items.
   */
  counts: z.strictObject({ affected: z.int().min(0), total: z.int().min(0) }),
  /** Set if `invalid` is about the values of one optional column, which would have been left empty. */
  columnKey: z.string().optional(),
  /** Percentage of `total` that the job allows; null for a rule without a percentage. */
  limit: z.number().nullable(),
  /** Some of the affected paths, row keys or issues. */
  examples: z.array(z.string()),
  /** The finding as a sentence. */
  message: z.string(),
});
export type Held = z.infer<typeof heldSchema>;

const reasonSchema = z.string().trim().min(1).max(500);
const removalsSchema = z.enum(['send', 'skip']);

export const releaseRequestSchema = z.strictObject({
  reason: reasonSchema,
  /** Send the removed rows of the run too, or leave them out: those items then stay known. */
  removals: removalsSchema,
});
export type ReleaseRequest = z.infer<typeof releaseRequestSchema>;

export const discardRequestSchema = z.strictObject({ reason: reasonSchema });
export type DiscardRequest = z.infer<typeof discardRequestSchema>;

const decisionFields = {
  reason: reasonSchema,
  by: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('host') }),
    z.strictObject({ kind: z.literal('user'), externalUserId: externalUserIdSchema }),
  ]),
  at: instantSchema,
};

/** The decision of a person about a held run. It is made once. */
export const decisionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('release'), removals: removalsSchema, ...decisionFields }),
  z.strictObject({ action: z.literal('discard'), ...decisionFields }),
]);
export type Decision = z.infer<typeof decisionSchema>;
