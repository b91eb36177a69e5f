import { createSourceWarning, type FieldValue } from '@inlet/contracts';
import { markIncomplete, type ReadFacts, warnOnce } from '../read-facts.js';
import type { CsvScanner } from './csv-scanner.js';

export interface CsvRow {
  readonly fields: FieldValue[];
  /** Number of its cells. */
  readonly width: number;
  readonly oversized: readonly number[] | undefined;
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

  constructor(push: (row: CsvRow) => void) {
    this.push = push;
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
    if (this.isQuoteOpen || this.isRowCut) this.waiting.push(row);
    else this.push(row);
  }

  /** Call it after the last row. */
  check(facts: ReadFacts): void {
    if (!this.isQuoteOpen && !this.isRowCut) return;
    const warning = createSourceWarning(this.isQuoteOpen ? 'csv_truncated.cell' : 'csv_truncated.row', {});
    warnOnce(facts.warnings, warning);
    markIncomplete(facts, { reason: this.isQuoteOpen ? 'quote_open' : 'row_cut', message: warning.message });
  }

  private release(): void {
    for (const row of this.waiting) this.push(row);
    this.waiting = [];
    this.isQuoteOpen = false;
  }
}
