import { z } from 'zod';
import { columnKeySchema, patternSchema } from './column.js';

/**
 * A path names a value of a record, or a value above it.
 *
 * - Relative: `title`, `media:content/@url`, `guid`, `author/name`, `@id` (an attribute of the record element
 *   itself), `.` (the text of the record element). In JSON and CSV: `price/amount`, `Full name`.
 * - Above the record, with a leading slash: `/rss/channel/title`. It has the same value in every row.
 * - With a condition on an attribute, in XML: `link[@rel='alternate']/@href`. A `'` in the value is doubled. Brackets of
 *   any other shape belong to the name: `Price [EUR]`. Attributes with a default by their format have it: a `link` of
 *   Atom without `rel` is `alternate`, a `guid` of RSS without `isPermaLink` is `true`.
 * - `/` in a name or in the value of a condition is written `~1` and `~` is written `~0`, as in JSON Pointer (RFC 6901).
 */
export const pathSchema = z.string().min(1).max(500);

/** The repeating element of a source: `/rss/channel/item`, `/items`; `/` for a list at the root, NDJSON and CSV. */
export const recordPathSchema = z.string().min(1).max(500).startsWith('/');

const DELIMITER = z.string().max(10);

export const transformSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('trim') }),
  z.strictObject({ kind: z.literal('collapse_spaces') }),
  z.strictObject({ kind: z.literal('strip_html') }),
  z.strictObject({ kind: z.literal('case'), to: z.enum(['upper', 'lower', 'title']) }),
  z.strictObject({
    kind: z.literal('replace'),
    find: z.string().min(1).max(500),
    with: z.string().max(500),
    ignoreCase: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('replace_pattern'),
    pattern: patternSchema,
    with: z.string().max(500),
    ignoreCase: z.boolean().optional(),
  }),
  /** Replaces a text that is empty at this point of the list. */
  z.strictObject({ kind: z.literal('default'), value: z.string().max(10_000) }),
  /** Takes one part of a split text: 1 is the first part, -1 the last. */
  z.strictObject({
    kind: z.literal('split'),
    delimiter: z.string().min(1).max(10),
    take: z
      .int()
      .min(-1000)
      .max(1000)
      .refine((n) => n !== 0),
  }),
  /** Converts a number with this decimal sign to digits with a point: `1.234,50 €` becomes `1234.50`. */
  z.strictObject({ kind: z.literal('number'), decimal: z.enum(['.', ',']) }),
  /** Converts a date in one of these formats to ISO 8601. Texts in other formats stay unchanged. */
  z.strictObject({
    kind: z.literal('date'),
    formats: z.array(z.string().min(1).max(60)).min(1).max(20),
    timeZone: z.string().max(60).optional(),
  }),
  z.strictObject({
    kind: z.literal('map_values'),
    values: z.array(z.strictObject({ from: z.string().max(500), to: z.string().max(500) })).max(2000),
    otherwise: z.enum(['keep', 'empty']).default('keep'),
    ignoreCase: z.boolean().optional(),
  }),
]);
export type Transform = z.infer<typeof transformSchema>;

export const repeatSchema = z.enum(['first', 'last', 'join', 'count']);
export type Repeat = z.infer<typeof repeatSchema>;

const transforms = z.array(transformSchema).max(20).optional();

const byPath = {
  path: pathSchema,
  /** Paths that are used in their order for a record without a value at `path`. */
  fallbackPaths: z.array(pathSchema).min(1).max(5).optional(),
  repeat: repeatSchema.optional(),
  /** Separator for `join`; default `, `. */
  delimiter: DELIMITER.optional(),
  transforms,
};
/** The same text for every row. */
const byValue = { value: z.string().max(10_000), transforms };
/** Text with paths in double braces: `{{title}} by {{dc:creator}}`. */
const byTemplate = { template: z.string().min(1).max(2000), transforms };

/** The origin of a column's values: a path, a fixed value, or a text that contains paths. */
export const mappingRuleSchema = z.union([
  z.strictObject(byPath),
  z.strictObject(byValue),
  z.strictObject(byTemplate),
]);
export type MappingRule = z.infer<typeof mappingRuleSchema>;

const forColumn = {
  column: columnKeySchema,
  /** Values that are options of this column beside those of the template, if it has `allowNewOptions`. */
  newOptions: z.array(z.string().trim().min(1).max(200)).min(1).max(500).optional(),
};

export const mappedColumnSchema = z.union([
  z.strictObject({ ...forColumn, ...byPath }),
  z.strictObject({ ...forColumn, ...byValue }),
  z.strictObject({ ...forColumn, ...byTemplate }),
]);
export type MappedColumn = z.infer<typeof mappedColumnSchema>;

export const mappingSchema = z.array(mappedColumnSchema).min(1).max(500);
export type Mapping = z.infer<typeof mappingSchema>;
