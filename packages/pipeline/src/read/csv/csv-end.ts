import { markIncomplete, type ReadFacts, warnOnce } from '../read-facts.js';
import type { CsvScanner } from './csv-scanner.js';

/** Detects that a CSV file ends inside a row or a quoted cell. */
export class CsvEnd {
  private width = Number.POSITIVE_INFINITY;
  private expected = 0;
  private narrowest = Number.POSITIVE_INFINITY;

  /** Call it for each row, except the header. */
  noteRow(width: number, expected: number, scanner: CsvScanner): void {
    // An open quote that whole rows follow was part of a text.
    if (width === expected) scanner.hasOpenQuote = false;
    if (this.width < this.narrowest) this.narrowest = this.width;
    this.width = width;
    this.expected = expected;
  }

  /** Call it after the last row. Where short rows are usual, a short one at the end means nothing. */
  check(scanner: CsvScanner, facts: ReadFacts): void {
    const { width, expected, narrowest } = this;
    const isRowCut = scanner.isUnterminated && width < expected && width < narrowest;
    if (!scanner.hasOpenQuote && !isRowCut) return;
    const reason = scanner.hasOpenQuote ? 'quote_open' : 'row_cut';
    const message = `The file ends inside a ${scanner.hasOpenQuote ? 'quoted cell' : 'row'}; it was probably cut off.`;
    warnOnce(facts.warnings, { code: 'csv_truncated', message });
    markIncomplete(facts, { reason, message });
  }
}
