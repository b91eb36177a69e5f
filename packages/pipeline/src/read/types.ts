import type { DecodeHints, OutlineProgress, ParseOptions, RawRecord } from '@inlet/contracts';
import type { ReadFacts } from './read-facts.js';

/** The largest cost of one source. Reading beyond a limit throws an `InletError`. */
export interface ReadLimits {
  /** Bytes of the source after unpacking; over it: `source_too_large`. */
  readonly maxSourceBytes: number;
  /** Over it: `source_too_large`. */
  readonly maxRecords: number;
  /** Bytes of one record in UTF-8 with its markup. A larger one is skipped: it has no values and is `isTooLarge`. */
  readonly maxRecordBytes: number;
  /** Levels of nesting, counted from the root of the document; over it: `source_too_deep`. */
  readonly maxDepth: number;
  /** Characters of one value. A larger one is left out: its field is `oversized`. */
  readonly maxFieldChars: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxSourceBytes: 2_147_483_648,
  maxRecords: 2_000_000,
  maxRecordBytes: 4_194_304,
  maxDepth: 200,
  maxFieldChars: 1_048_576,
};

/** Larger batches are slower: their records outlive young garbage collections and are copied by them. */
export const DEFAULT_BATCH_SIZE = 64;

export interface ReadRequest {
  /** `/rss/channel/item`, `/items`, `/`. */
  readonly recordPath: string;
  /** The outline's parse options; missing parts are detected from the content. */
  readonly parseOptions: ParseOptions;
  /** The paths to evaluate in each record: `fields[i]` of a record belongs to `paths[i]`. */
  readonly paths: readonly string[];
  readonly limits?: Partial<ReadLimits> | undefined;
  readonly hints?: DecodeHints | undefined;
  /** Path of the value that leads to the next page of a JSON source: `/paging/next`. JSON Feed has its own. */
  readonly nextPagePath?: string | undefined;
  /** Whether an earlier version of a CSV file ended with a line end: if this one does not, it was probably cut off. */
  readonly expectsLineEnd?: boolean | undefined;
  /** Records per batch; default 64. The last batch may be shorter; no batch is empty. */
  readonly batchSize?: number | undefined;
}

export interface RecordStream {
  /** Can be iterated once. Errors are thrown here, after all records before the fault. */
  readonly batches: AsyncIterable<readonly RawRecord[]>;
  readonly facts: ReadFacts;
}

/**
 * A decoded source. The chunks are valid UTF-8 without a byte order mark and may be cut anywhere, even inside a
 * character. Can be iterated once; leaving the loop early closes the source.
 */
export interface DecodedBytes {
  readonly chunks: AsyncIterable<Buffer>;
  readonly facts: ReadFacts;
}

export interface OutlineReadOptions {
  /** The element that the user picked; without it, one is proposed. */
  readonly recordPath?: string | undefined;
  readonly parseOptions?: ParseOptions | undefined;
  readonly hints?: DecodeHints | undefined;
  /** How much of the source to outline, in bytes of UTF-8 after decoding; default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** How many records to outline; default 1,000. */
  readonly maxRecords?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with each piece of the source. Calling `progress` returns the progress at that time; it counts records,
   * which takes time.
   */
  readonly onBytes?: ((progress: () => OutlineProgress) => void) | undefined;
}

/** For bytes without a transport, such as those of a local file. */
export const NO_HINTS: DecodeHints = { charset: null, baseUrl: null };

export const DEFAULT_OUTLINE_BYTES = 1_048_576;
export const DEFAULT_OUTLINE_RECORDS = 1000;
