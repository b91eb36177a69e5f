import type {
  ChangeDetection,
  DecodeHints,
  FirstRun,
  IncompleteRead,
  Mapping,
  ParseOptions,
  RowFilter,
  RunCounts,
  RunIssue,
  SourceWarning,
  Template,
} from '@inlet/contracts';
import type { Churn, DecidedIdentity, IdentityCandidates, IdentityDecision } from '@inlet/pipeline';
import type { BlankSetting } from '../ingest/blank-cells.js';
import type { ComparedPage, TurnPage } from './source-pages.js';

/** The settings that identify rows. */
export interface RowIdentitySetting {
  readonly columns: readonly string[];
  /** For rows without a value in these columns; null if this run decides it from the whole file. */
  readonly decided: DecidedIdentity | null;
  /** What this run decides between; null for the agreed paths of a feed, and if nothing is to be decided. */
  readonly candidates: IdentityCandidates | null;
  /** A person wants items to be identified by their content. */
  readonly isContentChosen: boolean;
}

/** Everything that turns the bytes of a source into rows. */
export interface ReadRowsOptions {
  readonly template: Pick<Template, 'columns' | 'uniqueTogether' | 'limits'>;
  readonly identity: RowIdentitySetting;
  readonly filter: RowFilter | null;
  /** Columns whose values do not make a row a changed one. */
  readonly ignoreColumns: readonly string[];
  /** Those that the contents of the known items leave out; null if they are the same. */
  readonly formerIgnoreColumns: readonly string[] | null;
  readonly recordPath: string;
  readonly parseOptions: ParseOptions;
  readonly mapping: Mapping;
  /** How blank cells are delivered; without it as `clear`. */
  readonly blanks?: BlankSetting | undefined;
  /** Those of the first page. */
  readonly hints: DecodeHints;
  readonly nextPagePath?: string | undefined;
  /** Whether the CSV of the last accepted run ended with a line end. */
  readonly expectsLineEnd?: boolean | undefined;
  /** The bytes are rows of a sheet, which say where they stand (`SHEET_ROW_PATHS`). */
  readonly isSheet?: boolean | undefined;
  /** Headings of the custom columns of the sheet. */
  readonly customHeadings?: readonly string[] | undefined;
  /** Records per batch; default 64. */
  readonly batchSize?: number | undefined;
}

export interface BatchLimits {
  readonly maxRows: number;
  /** Size of the JSON of its rows; a larger row has a batch of its own. */
  readonly maxBytes: number;
}

export interface ReadChangesRequest {
  readonly rows: ReadRowsOptions;
  /** The item state, as `ItemState.pack` returns it. The reader may take over the memory. */
  readonly items: readonly Uint8Array[];
  readonly changeDetection: ChangeDetection;
  /** The identity has changed: known items get new row keys by their content. */
  readonly isRekey: boolean;
  /** The new items to send; all after the first run. */
  readonly firstRun: FirstRun;
  /** The source is never the whole set: items that it lacks stay known for ever. */
  readonly keepsUnseen?: boolean | undefined;
  /** Days since 1970. */
  readonly today: number;
  readonly batch: BatchLimits;
  /** Number of the run, which each row carries. */
  readonly version: number;
}

/** Rows to send: JSON of each as `deliveredRowSchema` describes it, joined by commas. */
export interface ReadBatch {
  readonly kind: 'batch';
  readonly rows: number;
  readonly body: Buffer;
}

/** One piece of output, with the counts so far; `end` is the last. */
export type ReadPiece = { readonly counts: RunCounts } & (
  | ReadBatch
  | { readonly kind: 'issues'; readonly issues: readonly RunIssue[] }
  | { readonly kind: 'progress' }
  | ({ readonly kind: 'end' } & ReadEnd)
);

export interface EmptiedColumn {
  readonly columnKey: string;
  /** Values that could not be read. */
  readonly emptied: number;
  /** All values of the column, these included. */
  readonly values: number;
  /** Issues of some of them. */
  readonly examples: readonly string[];
}

export interface ReadEnd {
  readonly warnings: readonly SourceWarning[];
  /** Set if the source was not read to its proper end: items that are missing from it may still exist. */
  readonly incomplete: IncompleteRead | null;
  /** CSV only: whether each page of it ended with a line end. */
  readonly endsWithLineEnd: boolean | null;
  /** The given identity, or the one that suits the whole file. */
  readonly identity: IdentityDecision;
  /** Set if the ids of the source have changed and not its items. */
  readonly churn: Churn | null;
  /** The new item state, for the next run. */
  readonly items: readonly Buffer[];
  readonly knownItems: number;
  /** Known items that were missing from the source; 0 if it was not read to its proper end. */
  readonly missingItems: number;
  /** Row keys of some of them. */
  readonly missingExamples: readonly string[];
  /** Known items that are in the source, but that the filter excludes now; 0 if it was not read to its proper end. */
  readonly excludedItems: number;
  /** Row keys of some of them. */
  readonly excludedExamples: readonly string[];
  /** Optional columns with values that could not be read, whose cells are empty. */
  readonly emptiedColumns: readonly EmptiedColumn[];
  readonly mappedPaths: readonly string[];
  /** Mapped paths that had a value in at least one record. */
  readonly pathsWithValues: readonly string[];
}

/** The pieces, in order. An error of the source or of the reader is thrown after the pieces that precede it. */
export interface ChangeReader extends AsyncIterable<ReadPiece> {
  /** Returns the memory of a batch, so that later ones can use it. */
  recycle(body: Buffer): void;
}

/** Read, map, check, diff: turns bytes into batches of the rows to send, and the issues of all rows. */
export type ReadChanges = (
  bytes: AsyncIterable<Uint8Array>,
  request: ReadChangesRequest,
  options?: ReadChangesOptions,
) => ChangeReader;

export interface ReadChangesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Opens the pages after the first one; without it, `bytes` are the whole source. */
  readonly turnPage?: TurnPage<ComparedPage> | undefined;
}
