import { createSourceWarning, type FieldValue } from '@inlet/contracts';
import { markIncomplete, type ReadFacts, warnOnce } from '../read-facts.js';
import type { ReadRequest } from '../types.js';
import type { CsvScanner } from './csv-scanner.js';

export interface CsvRow {
  readonly fields: FieldValue[];
  /** Number of its cells. */
  readonly width: number;
  readonly oversized: readonly number[] | undefined;
}

const WARNINGS = {
  quote_open: 'csv_truncated.cell',
  row_cut: 'csv_truncated.row',
  line_end_missing: 'csv_truncated.line_end',
} as const;

function report(facts: ReadFacts, reason: keyof typeof WARNINGS): void {
  const warning = createSourceWarning(WARNINGS[reason], {});
  warnOnce(facts.warnings, warning);
  markIncomplete(facts, { reason, message: warning.message });
}

interface RowPlace {
  /** Number of cells of a whole row. */
  readonly expected: number;
  readonly scanner: Pick<CsvScanner, 'hasOpenQuote' | 'isUnterminated'>;
}

/**
 * Passes the rows on, except those at the end of the file that it cuts off. Rows after an open quote wait for a whole
 * one, which proves that the quote was part of a text. They fit into the bytes in which a closing quote is searched.
 */
export class CsvEnd {
  private readonly push: (row: CsvRow) => void;
  private waiting: CsvRow[] = [];
  private isQuoteOpen = false;
  private isRowCut = false;
  private narrowest = Number.POSITIVE_INFINITY;
  private readonly expectsLineEnd: boolean;

  constructor(push: (row: CsvRow) => void, { expectsLineEnd = false }: Pick<ReadRequest, 'expectsLineEnd'>) {
    this.push = push;
    this.expectsLineEnd = expectsLineEnd;
  }

  noteHeader({ hasOpenQuote }: RowPlace['scanner']): void {
    this.isQuoteOpen = hasOpenQuote;
  }

  add(row: CsvRow, { expected, scanner }: RowPlace): void {
    const { width } = row;
    if (this.isQuoteOpen && width === expected) this.release();
    // Where short rows are usual, a short one at the end means nothing.
    this.isRowCut = scanner.isUnterminated && width < expected && width < this.narrowest;
    if (width < this.narrowest) this.narrowest = width;
    if (scanner.hasOpenQuote) this.isQuoteOpen = true;
    const isLastCellCut = this.expectsLineEnd && scanner.isUnterminated;
    if (this.isQuoteOpen || this.isRowCut || isLastCellCut) this.waiting.push(row);
    else this.push(row);
  }

  /** Call it after the last row. */
  check(facts: ReadFacts, { isUnterminated }: Pick<CsvScanner, 'isUnterminated'>): void {
    facts.endsWithLineEnd = !isUnterminated;
    if (this.isQuoteOpen) report(facts, 'quote_open');
    else if (this.isRowCut) report(facts, 'row_cut');
    else if (this.expectsLineEnd && isUnterminated) report(facts, 'line_end_missing');
  }

  private release(): void {
    for (const row of this.waiting) this.push(row);
    this.waiting = [];
    this.isQuoteOpen = false;
  }
}
