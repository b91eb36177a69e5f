import type {
  DecodeHints,
  Format,
  OutlineProgress,
  ParseOptions,
  RawRecord,
  SourceWarning,
} from '@inlet/contracts';

/** What one source may cost at most. Whoever reads beyond one of them gets an `InletError`. */
export interface ReadLimits {
  /** Bytes of the source after unpacking; over it: `source_too_large`. */
  readonly maxSourceBytes: number;
  /** Over it: `source_too_large`. */
  readonly maxRecords: number;
  /** Bytes of one record in UTF-8, markup and all; over it: `source_record_too_large`. */
  readonly maxRecordBytes: number;
  /** Levels of nesting, counted from the root of the document; over it: `source_too_deep`. */
  readonly maxDepth: number;
  /** Characters of one value; over it: `source_record_too_large`. */
  readonly maxFieldChars: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxSourceBytes: 2_147_483_648,
  maxRecords: 2_000_000,
  maxRecordBytes: 4_194_304,
  maxDepth: 200,
  maxFieldChars: 1_048_576,
};

/** What is in hand at a time outlives young collections and is copied by them: more at once is slower. */
export const DEFAULT_BATCH_SIZE = 64;

export interface ReadRequest {
  /** `/rss/channel/item`, `/items`, `/`. */
  readonly recordPath: string;
  /** How the outline read it; what it leaves open is found out from the content. */
  readonly parseOptions: ParseOptions;
  /** The paths to evaluate in each record: `fields[i]` of a record belongs to `paths[i]`. */
  readonly paths: readonly string[];
  readonly limits?: Partial<ReadLimits> | undefined;
  readonly hints?: DecodeHints | undefined;
  /** Records per batch; default 64. The last batch may be shorter, none is empty. */
  readonly batchSize?: number | undefined;
}

/** What is known about a source. A live object: it fills while the batches are iterated and is final after the last. */
export interface ReadFacts {
  /** Until the first bytes have come in: the format that was asked for, else `xml`. */
  format: Format;
  /** WHATWG name in lower case, such as `utf-8`. */
  encoding: string;
  /** Bytes of the source as they came, before decoding. */
  bytes: number;
  /** Records handed out so far. */
  records: number;
  warnings: SourceWarning[];
}

export interface RecordStream {
  /** Can be iterated once. Errors are thrown here, after all records before the fault have been handed out. */
  readonly batches: AsyncIterable<readonly RawRecord[]>;
  readonly facts: ReadFacts;
}

/**
 * A source after decoding. The chunks are valid UTF-8 without a byte order mark, and may be cut anywhere, even
 * inside a character. Can be iterated once; whoever has enough simply stops, and the source is closed.
 */
export interface DecodedBytes {
  readonly chunks: AsyncIterable<Buffer>;
  readonly facts: ReadFacts;
}

export interface OutlineOptions {
  /** The element that the user picked; without, one is proposed. */
  readonly recordPath?: string | undefined;
  readonly parseOptions?: ParseOptions | undefined;
  readonly hints?: DecodeHints | undefined;
  /** Bytes of the first look, counted in UTF-8 after decoding; default 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** Records of the first look; default 1,000. */
  readonly maxRecords?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with each piece of the source. What it is given tells how far the look has come at the time when it is
   * called; that takes time, as records are counted for it.
   */
  readonly onBytes?: ((progress: () => OutlineProgress) => void) | undefined;
}

/** For bytes without a transport, such as those of a local file. */
export const NO_HINTS: DecodeHints = { charset: null, baseUrl: null };

export const DEFAULT_OUTLINE_BYTES = 1_048_576;
export const DEFAULT_OUTLINE_RECORDS = 1000;
