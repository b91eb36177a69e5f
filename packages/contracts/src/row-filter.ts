import { z } from 'zod';
import { columnKeySchema, patternSchema } from './column.js';

const text = z.string().max(2000);
const comparable = z.union([text, z.number(), z.boolean()]);
const column = columnKeySchema;

/** A condition on the mapped value of a column. `contains`, `equals` and `in` ignore the case of texts. */
export const filterConditionSchema = z.discriminatedUnion('op', [
  z.strictObject({ column, op: z.literal('contains'), value: text.min(1) }),
  z.strictObject({ column, op: z.literal('equals'), value: comparable }),
  z.strictObject({ column, op: z.literal('in'), value: z.array(comparable).min(1).max(1000) }),
  /** Compares numbers, dates (ISO 8601) or, for other types, texts by their characters. */
  z.strictObject({ column, op: z.literal('greater'), value: z.union([text, z.number()]) }),
  z.strictObject({ column, op: z.literal('empty') }),
  /** RE2 syntax; matches any part of the value. */
  z.strictObject({ column, op: z.literal('regex'), value: patternSchema }),
]);
export type FilterCondition = z.infer<typeof filterConditionSchema>;

/** Selects rows before they are imported. An excluded row is not checked, compared or sent; it is counted. */
export const rowFilterSchema = z.strictObject({
  /** Whether all conditions must hold, or any of them. */
  match: z.enum(['all', 'any']).default('all'),
  /** true imports only the rows that match; false imports only the others. */
  include: z.boolean().default(true),
  conditions: z.array(filterConditionSchema).min(1).max(50),
});
export type RowFilter = z.infer<typeof rowFilterSchema>;

/** Items of the first run that are sent: all, none (only what is new from then on), or the newest. */
export const firstRunSchema = z.union([
  z.enum(['all', 'none']),
  /** By the mapped publication date if there is one, else the first of the file. */
  z.strictObject({ newest: z.int().min(1).max(10_000) }),
]);
export type FirstRun = z.infer<typeof firstRunSchema>;
