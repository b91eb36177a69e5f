import { z } from 'zod';
import { COLUMN_TYPES } from './column.js';
import { encodingLabelSchema } from './encoding-label.js';
import { pathSchema, transformSchema } from './mapping.js';
import { sourceWarningSchema } from './source-warning.js';

export const FORMATS = ['rss', 'rdf', 'atom', 'json_feed', 'xml', 'json', 'ndjson', 'csv'] as const;
export const formatSchema = z.enum(FORMATS);
export type Format = z.infer<typeof formatSchema>;

export const headingSchema = z.strictObject({
  path: z.string(),
  /** The path as shown to people: `item > media:content > @url`, `channel > title`. */
  label: z.string(),
  /** Share of the records read that have a value, from 0 to 1; 1 for values that are the same in every row. */
  coverage: z.number(),
  /** Number of the records read that have a value. */
  records: z.int(),
  /** The first three distinct values, each cut to 200 characters. */
  samples: z.array(z.string()).max(3),
  /** Whether it occurs more than once in one record. */
  repeats: z.boolean(),
  /** The largest number of occurrences in one record. */
  mostRepeats: z.int(),
  /** Whether the value stands outside the record, in an element or object that encloses it. */
  isAboveRecord: z.boolean(),
  /**
   * Path of the enclosing element or object that has the value, if there are several of them, such as
   * `/courses/course` around `/courses/course/module`: rows of different ones differ. Absent for values of the record
   * and for values above the record that are the same in every row.
   */
  enclosingPath: z.string().optional(),
  proposedType: z.enum(COLUMN_TYPES),
  /**
   * True for a normalized field of a feed item, such as `~feed/isoDate`, beside the raw paths of the item. Its
   * coverage is that of the first 200 records.
   */
  isFeedField: z.boolean().optional(),
  /** True if the format itself wrote numbers at this path with a decimal point, such as `1.234` in JSON. */
  hasDecimals: z.boolean().optional(),
});
export type Heading = z.infer<typeof headingSchema>;

export const recordPathChoiceSchema = z.strictObject({
  path: z.string(),
  label: z.string(),
  /** Number of occurrences in the part that was read. */
  count: z.int(),
  /**
   * Path of the choice around this one, such as `/shop/category` for `/shop/category/product`: its values are
   * headings above the records of this one.
   */
  parentPath: z.string().optional(),
});

/**
 * How the text of a CSV file is split into records and fields. `hasHeader` and `skipLines` also apply to the rows of a
 * JSON list of arrays.
 */
export const csvDialectSchema = z.strictObject({
  delimiter: z.string().length(1),
  quote: z.enum(['"', "'"]),
  /** Whether the first record contains the headings. Otherwise they are `Column 1`, `Column 2` and so on. */
  hasHeader: z.boolean(),
  /** Lines above the headings, or above the first record, such as a title; default 0. A line `sep=;` is not counted. */
  skipLines: z.int().min(0).max(1000).optional(),
  /** The character that makes a quote inside a quoted cell part of its text; default the quote itself. */
  escape: z.enum(['quote', 'backslash']).optional(),
  /** JSON only: path of a list before the rows that contains their headings, such as `/columns`. */
  headingsPath: z.string().max(500).optional(),
});
export type CsvDialect = z.infer<typeof csvDialectSchema>;

/** How the bytes of a source are parsed. All fields are optional: those left out are detected from the content. */
export const parseOptionsSchema = z.strictObject({
  format: formatSchema.optional(),
  /** Label of a character encoding, as in the WHATWG Encoding Standard. */
  encoding: z.string().max(40).optional(),
  /** Namespace URIs by the prefixes that paths use. Common prefixes need no entry. */
  namespaces: z.record(z.string().max(60), z.string().max(500)).optional(),
  csv: csvDialectSchema.partial().optional(),
});
export type ParseOptions = z.infer<typeof parseOptionsSchema>;

/** The parse options of a request, whose encoding must be known. Imports stored before that may have any text. */
export const parseOptionsInputSchema = parseOptionsSchema.extend({
  encoding: encodingLabelSchema.optional(),
});

export const feedFactsSchema = z.strictObject({
  title: z.string().nullable(),
  link: z.string().nullable(),
  description: z.string().nullable(),
  ttlMinutes: z.number().nullable(),
  itemCount: z.int(),
  newestItemAt: z.string().nullable(),
});
export type FeedFacts = z.infer<typeof feedFactsSchema>;

export const outlineSchema = z.strictObject({
  format: formatSchema,
  /** `2.0` for RSS 2.0, `1.0` for Atom, `1.1` for JSON Feed; null for formats without a version. */
  formatVersion: z.string().nullable(),
  encoding: z.string(),
  bytesRead: z.int(),
  /** Whether the whole file was read. */
  isComplete: z.boolean(),
  recordPath: z.string(),
  /** Candidates for the record path, best first. They include the proposed one. */
  recordPaths: z.array(recordPathChoiceSchema),
  /** Number of records in the part that was read. */
  recordCount: z.int(),
  headings: z.array(headingSchema),
  /** The first records. The value at index i belongs to `headings[i]` and is cut to 500 characters. */
  records: z.array(z.array(z.string().nullable())),
  /** Pass these on to the job, so that its runs parse the file in the same way. */
  parseOptions: parseOptionsSchema,
  warnings: z.array(sourceWarningSchema),
});
export type Outline = z.infer<typeof outlineSchema>;

/** A feed that an HTML page links to. */
export const linkedFeedSchema = z.strictObject({
  url: z.string(),
  title: z.string().nullable(),
  type: z.string(),
});
export type LinkedFeed = z.infer<typeof linkedFeedSchema>;

export const suggestionSchema = z.strictObject({
  column: z.string(),
  path: z.string(),
  label: z.string(),
  /** Confidence, from 0 to 1. */
  score: z.number(),
  /** Paths for the records without a value at `path`, such as `content_text` beside `content_html`. */
  fallbackPaths: z.array(pathSchema).max(5).optional(),
  reason: z.enum(['same_key', 'same_name', 'alternative_name', 'feed_field', 'similar_name', 'values_fit']),
  repeat: z.enum(['first', 'last', 'join', 'count']).optional(),
  /** Transforms that the sample values need, such as `strip_html` for markup in a text column. */
  transforms: z.array(transformSchema).max(20).optional(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;
