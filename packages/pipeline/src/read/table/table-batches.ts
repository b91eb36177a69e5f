import type { SourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { DEFAULT_TABLE_LIMITS, type TableFacts, type TableLimits, type TableRow } from './table.js';

const BATCH_ROWS = 512;
/** Text besides white space and characters without width. */
const VISIBLE = /[^\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/;

/** Whether a cell shows nothing. */
function isBlank(text: string | undefined): boolean {
  if (text === undefined || text === '') return true;
  const first = text.charCodeAt(0);
  return (first <= 32 || first >= 127) && !VISIBLE.test(text);
}

/** Collects the rows of a table in batches, and the facts about them. */
export class TableBatches implements TableFacts {
  readonly warnings: SourceWarning[];
  rows = 0;
  width = 0;
  blankRows = 0;
  hiddenRows = 0;
  private readonly maxRows: number;
  private full: TableRow[][] = [];
  private open: TableRow[] = [];
  /** Blank rows since the last row. */
  private blank = 0;

  constructor(limits: Partial<TableLimits> | undefined, warnings: SourceWarning[] = []) {
    this.maxRows = limits?.maxRows ?? DEFAULT_TABLE_LIMITS.maxRows;
    this.warnings = warnings;
  }

  addBlank(rows = 1): void {
    this.blank += rows;
  }

  /** Adds a row, or counts it if all of its cells are blank. Throws `source_too_large` for one too many. */
  add(row: TableRow): void {
    const { cells } = row;
    if (isBlank(cells[0]) && row.faults === undefined && cells.every(isBlank)) {
      this.blank += 1;
      return;
    }
    if (this.rows >= this.maxRows)
      throw new InletError('source_too_large', {
        detail: `The file has more than ${this.maxRows} rows.`,
        extra: { maxRows: this.maxRows },
      });
    this.rows += 1;
    if (cells.length > this.width) this.width = cells.length;
    if (row.isHidden === true) this.hiddenRows += 1;
    if (this.blank > 0) {
      this.blankRows += this.blank;
      this.blank = 0;
    }
    this.open.push(row);
    if (this.open.length < BATCH_ROWS) return;
    this.full.push(this.open);
    this.open = [];
  }

  /** Hands out what was collected. */
  *take(): Generator<readonly TableRow[]> {
    const { full, open } = this;
    this.full = [];
    this.open = [];
    yield* full;
    if (open.length > 0) yield open;
  }
}

interface BatchOptions {
  readonly batches: TableBatches;
  readonly signal: AbortSignal | undefined;
}

/** Batches the rows of a worksheet, whose numbers tell how many blank ones are between them. */
export async function* batchRows(
  source: AsyncIterable<readonly TableRow[]> | Iterable<readonly TableRow[]>,
  { batches, signal }: BatchOptions,
): AsyncGenerator<readonly TableRow[]> {
  let last = 0;
  try {
    for await (const rows of source) {
      signal?.throwIfAborted();
      for (const row of rows) {
        batches.addBlank(row.row - last - 1);
        last = row.row;
        batches.add(row);
      }
      yield* batches.take();
    }
  } catch (error) {
    yield* batches.take();
    throw error;
  }
}
