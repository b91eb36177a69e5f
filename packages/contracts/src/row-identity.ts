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
 * Basis of the identity of items without values in identity columns. The first run decides it from the whole file: an
 * id unless it repeats, else the link unless it repeats, else both together, else the content.
 */
export const identityBasisSchema = z.enum(['id', 'link', 'id_and_link', 'content']);
export type IdentityBasis = z.infer<typeof identityBasisSchema>;

/**
 * Paths of the id and of the link of an item, as the first run has chosen them by their names; null for a part that the
 * records do not have.
 */
export const identityPathsSchema = z.strictObject({ id: z.string().nullable(), link: z.string().nullable() });
export type IdentityPaths = z.infer<typeof identityPathsSchema>;

/** The basis of a job, or `columns` if identity columns are in force. */
export const identityInUseSchema = z.enum(['columns', ...identityBasisSchema.options]);

/** Live check of an identity on the first records of a source. */
export const identityCheckSchema = z.strictObject({
  basis: identityInUseSchema,
  /** The paths that the basis uses; null for columns, for the content, and for the agreed paths of a feed. */
  paths: identityPathsSchema.nullable(),
  /** Number of items compared. Identical items count once. */
  items: z.int(),
  /** Number of items that no earlier item has the identity of. */
  unique: z.int(),
  /** Share of the items whose identity is unique, from 0 to 100, rounded down. */
  uniquePercent: z.int(),
  /** Proposed if the content would identify the items: columns whose values are always there and never repeat. */
  proposal: identitySchema.nullable(),
});
export type IdentityCheck = z.infer<typeof identityCheckSchema>;
