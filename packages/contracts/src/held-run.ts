import { z } from 'zod';
import { externalUserIdSchema, instantSchema } from './primitives.js';
import { identitySchema } from './row-identity.js';

/** The guard rail that held a run. `state`: what Inlet knows about earlier runs cannot be read. */
export const HELD_RULES = ['empty', 'drift', 'invalid', 'removed', 'incomplete', 'churn', 'state'] as const;
export const heldRuleSchema = z.enum(HELD_RULES);
export type HeldRule = z.infer<typeof heldRuleSchema>;

/** A release that corrects the job as well. */
export const repairSchema = z.strictObject({
  /** An identity that is unique in the held run and does not depend on ids or links, for `identifyBy` of the release. */
  identifyBy: identitySchema,
});
export type Repair = z.infer<typeof repairSchema>;

/** The finding of the guard rail that held a run. */
export const heldSchema = z.strictObject({
  rule: heldRuleSchema,
  /**
   * `affected` of `total`. `invalid`: rows, of all that the filter does not exclude, or values of all values of
   * `columnKey`. `drift`: paths that had values in earlier runs and have none now; `total` is the same number.
   * `removed` and `churn`: missing items of all known ones. `empty`, `incomplete` and `state`: records
   * read, of known items.
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
  /** Only for `churn`; null if no identity suits. Absent in deliveries that an older Inlet stored. */
  repair: repairSchema.nullable().default(null),
});
export type Held = z.infer<typeof heldSchema>;

const reasonSchema = z.string().trim().min(1).max(500);
const REMOVALS = ['send', 'skip'] as const;

export const releaseRequestSchema = z.strictObject({
  reason: reasonSchema,
  /** Send the removed rows of the run too, or leave them out: those items then stay known. Without a default. */
  removals: z.enum(REMOVALS, {
    error: 'must say what happens to the removed rows of the run: "send" or "skip"',
  }),
  /**
   * Only for a run that was held by `churn`: the identity of the job from now on. The run reads its source again; known
   * items with the same content get new row keys instead of being sent as new ones.
   */
  identifyBy: identitySchema.optional(),
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
  z.strictObject({
    action: z.literal('release'),
    removals: z.enum(REMOVALS),
    /** The new identity of the job; null if it was not changed. Absent in deliveries that an older Inlet stored. */
    identifyBy: identitySchema.nullable().default(null),
    ...decisionFields,
  }),
  z.strictObject({ action: z.literal('discard'), ...decisionFields }),
]);
export type Decision = z.infer<typeof decisionSchema>;
