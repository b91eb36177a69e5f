import { z } from 'zod';
import { COLUMN_TYPES } from './column.js';

export const FORMATS = ['rss', 'rdf', 'atom', 'json_feed', 'xml', 'json', 'ndjson', 'csv'] as const;
export const formatSchema = z.enum(FORMATS);
export type Format = z.infer<typeof formatSchema>;

export const headingSchema = z.strictObject({
  path: z.string(),
  /** For people: `item > media:content > @url`, `channel > title`. */
  label: z.string(),
  /** Share of the records seen that have it, 0 to 1; 1 for values above the record. */
  coverage: z.number(),
  /** How many of the records seen have it. */
  records: z.int(),
  /** The first three different values, each cut to 200 characters. */
  samples: z.array(z.string()).max(3),
  /** Whether it occurs more than once inside one record, and how often at most. */
  repeats: z.boolean(),
  mostRepeats: z.int(),
  isAboveRecord: z.boolean(),
  proposedType: z.enum(COLUMN_TYPES),
  /**
   * True for a normalized field of a feed item, such as `~feed/isoDate`, beside the raw paths of the item. Its
   * coverage is that of the first 200 records.
   */
  isFeedField: z.boolean().optional(),
});
export type Heading = z.infer<typeof headingSchema>;

export const recordPathChoiceSchema = z.strictObject({
  path: z.string(),
  label: z.string(),
  /** Occurrences seen. */
  count: z.int(),
});

/** How the text of a CSV file is cut up. */
export const csvDialectSchema = z.strictObject({
  delimiter: z.string().length(1),
  quote: z.enum(['"', "'"]),
  /** Whether the first record holds headings; without, they are `Column 1`, `Column 2`. */
  hasHeader: z.boolean(),
});
export type CsvDialect = z.infer<typeof csvDialectSchema>;

/** How to read a source again in the same way. All parts are optional: what is missing is found out from the content. */
export const parseOptionsSchema = z.strictObject({
  format: formatSchema.optional(),
  /** A WHATWG encoding label. */
  encoding: z.string().max(40).optional(),
  /** Prefix to namespace URI, for the prefixes in paths; the usual ones need no entry. */
  namespaces: z.record(z.string().max(60), z.string().max(500)).optional(),
  csv: csvDialectSchema.partial().optional(),
});
export type ParseOptions = z.infer<typeof parseOptionsSchema>;

export const sourceWarningSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
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
  /** `2.0` for RSS 2.0, `1.0` for Atom, `1.1` for JSON Feed; null where there is none. */
  formatVersion: z.string().nullable(),
  encoding: z.string(),
  bytesRead: z.int(),
  /** Whether that was the whole file. */
  isComplete: z.boolean(),
  recordPath: z.string(),
  /** Candidates for the record path, best first, the proposed one among them. */
  recordPaths: z.array(recordPathChoiceSchema),
  /** Records seen. */
  recordCount: z.int(),
  headings: z.array(headingSchema),
  /** The first records: `values[i]` belongs to `headings[i]`, cut to 500 characters. */
  records: z.array(z.array(z.string().nullable())),
  /** Pass this back as `reading` to be sure that a run reads the file in the same way. */
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
  /** 0 to 1. */
  score: z.number(),
  reason: z.enum(['same_key', 'same_name', 'alternative_name', 'feed_field', 'similar_name', 'values_fit']),
  repeat: z.enum(['first', 'last', 'join', 'count']).optional(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;
