import { z } from 'zod';
import { columnKeySchema } from './column.js';

/**
 * How a job tells items apart. `template`: by the identity columns of the template, without any like `feed`. `feed`: by
 * the feed's own id or link. `columns`: by the values of these columns together. `content`: by all values.
 */
export const identitySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('template') }),
  z.strictObject({ by: z.literal('feed') }),
  z.strictObject({ by: z.literal('columns'), columns: z.array(columnKeySchema).min(1).max(10) }),
  z.strictObject({ by: z.literal('content') }),
]);
export type Identity = z.infer<typeof identitySchema>;

/**
 * Basis of the identity of items without values in identity columns. The first run decides it from the whole file: the
 * feed's id unless it repeats, else the link unless it repeats, else both together, else the content.
 */
export const identityBasisSchema = z.enum(['id', 'link', 'id_and_link', 'content']);
export type IdentityBasis = z.infer<typeof identityBasisSchema>;

/** Live check of an identity on the first records of a source. */
export const identityCheckSchema = z.strictObject({
  basis: z.enum(['columns', ...identityBasisSchema.options]),
  /** Number of items compared. Identical items count once. */
  items: z.int(),
  /** Number of items that no earlier item has the identity of. */
  unique: z.int(),
  /** Share of the items whose identity is unique, from 0 to 100, rounded down. */
  uniquePercent: z.int(),
});
export type IdentityCheck = z.infer<typeof identityCheckSchema>;
