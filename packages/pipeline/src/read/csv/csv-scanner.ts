import type { CsvDialect, FieldValue } from '@inlet/contracts';
import type { Block } from '../blocks/block-reader.js';
import type { BlockScanner } from '../blocks/record-batches.js';
import { unescapeCell } from './unescape-cell.js';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const EQUALS = 61;
const BACKSLASH = 92;

const DELIMITER = 1;
const LINE_END = 2;

/** The search for a closing quote covers at least this many bytes, even after failed searches. */
const LEAST_BUDGET = 64;

const CLOSED = 0;
const BROKEN = 1;
const UNFINISHED = 2;

/** The maximum of spreadsheets; cells after it are ignored. */
export const MOST_COLUMNS = 16_384;

export type CsvFault = 'csv_quote_unclosed' | 'csv_quote_misplaced';

export interface CsvScannerOptions {
  readonly dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>;
  readonly maxRecordBytes: number;
  readonly maxFieldChars: number;
  /** Number of the first line of the first block; default 1. */
  readonly firstLine?: number | undefined;
  /** `fields[targets[c]]` is the text of cell c; `width` counts all cells; the record begins on `line`. */
  readonly onRecord: (fields: FieldValue[], width: number, line: number) => void;
  /** Called for a blank line, which is not a record. */
  readonly onBlank?: (() => void) | undefined;
  /** Called for a record with more than `maxRecordBytes`, which is skipped. */
  readonly onTooLarge?: ((line: number) => void) | undefined;
  /** The first place of each fault. Line and column count from 1, columns in characters. */
  readonly onFault: (fault: CsvFault, line: number, column: number) => void;
}

interface PlacedFault {
  readonly fault: CsvFault;
  readonly at: number;
}

/**
 * Cuts CSV into records and keeps the requested cells. Follows RFC 4180 and accepts common deviations: mixed CR, LF
 * and CRLF, spaces around quoted cells, quotes that are not doubled, quotes that are never closed.
 *
 * - An empty line, or one of delimiters alone, is blank and not a record.
 * - An empty cell is undefined, a quoted empty cell is `''`. All other text is kept exactly.
 * - A cell `="00123"` is the text in its quotes, quoted again or not.
 * - A quote inside a quoted cell closes it if a delimiter or the end of the line follows. Any other quote is text if
 *   a closing one follows on the same line; otherwise the whole cell, quotes included, is plain text. A quote
 *   without an end within `maxRecordBytes` is also text, so that it costs one cell, not the rest of the file.
 *
 * Works on bytes, because UTF-8 never has a delimiter inside a character; cells are cut from a Latin-1 view of the
 * block, and only those with a byte above 127 are decoded. Cells may share memory with their block (64 KB): to keep
 * a few for long, copy them.
 */
export class CsvScanner implements BlockScanner {
  /** Cells with a correctly closed quote. */
  quotedCells = 0;
  faultyCells = 0;
  /** Whether the last line, even a blank one, ends with the file instead of a line end. */
  isUnterminated = false;
  /** Whether a quoted cell of the last record has no end in the rest of the file, and was read as text. */
  hasOpenQuote = false;
  /** Fields of the last record with a value over the limit, which have no value instead. */
  oversized: readonly number[] | undefined;
  private readonly options: CsvScannerOptions;
  private readonly quote: number;
  private readonly hasBackslashes: boolean;
  private readonly kinds = new Uint8Array(256);
  private targets: Int32Array = Int32Array.from({ length: MOST_COLUMNS }, (_, column) => column);
  private blank: FieldValue[] = [];
  private isStopped = false;
  /** Whether the rest of a record that is too large is skipped, and whether a quoted cell is open in it. */
  private isSkipping = false;
  private isSkippingQuoted = false;

  private bytes: Buffer = Buffer.alloc(0);
  private text = '';
  private length = 0;
  private isLast = false;

  private line: number;
  private faults: PlacedFault[] = [];
  private readonly reported = new Set<CsvFault>();
  /** Bytes left for failed searches for closing quotes; keeps hostile files linear. */
  private allowance: number;
  private spent = 0;

  // Extent of the last scanned quoted cell.
  private innerLines = 0;
  private openedAt = 0;
  private textEnd = 0;
  private after = 0;
  private hasDoubled = false;
  private hasEscaped = false;
  private hasHighBytes = false;

  constructor(options: CsvScannerOptions) {
    const { delimiter, quote } = options.dialect;
    this.options = options;
    this.quote = quote.charCodeAt(0);
    this.hasBackslashes = options.dialect.escape === 'backslash';
    this.kinds[delimiter.charCodeAt(0)] = DELIMITER;
    this.kinds[LF] = LINE_END;
    this.kinds[CR] = LINE_END;
    this.line = options.firstLine ?? 1;
    this.allowance = 4 * options.maxRecordBytes;
  }

  /** From the next record on, cell c goes to `fields[targets[c]]`, or nowhere if that is -1. */
  select(targets: Int32Array, fieldCount: number): void {
    this.targets = targets;
    this.blank = new Array<FieldValue>(fieldCount).fill(undefined);
  }

  /** Ends the scan after the current record. */
  stop(): void {
    this.isStopped = true;
  }

  scan(block: Block): number {
    this.bytes = block.bytes;
    this.length = block.length;
    this.isLast = block.isLast;
    this.text = block.bytes.toString('latin1', 0, block.length);
    let at = 0;
    while (at < this.length && !this.isStopped) {
      const next = this.isSkipping ? this.skipRecord(at) : this.record(at);
      if (next < 0) break;
      this.allowance += next - at;
      at = next;
    }
    return at;
  }

  /** Scans one record and returns where the next begins; -1 if the block ends before it does. */
  private record(start: number): number {
    const { bytes, text, kinds, targets, quote, length, isLast } = this;
    const { maxRecordBytes } = this.options;
    const columns = targets.length;
    const fields = this.blank.slice();
    this.innerLines = 0;
    this.spent = 0;
    this.hasOpenQuote = false;
    if (this.faults.length > 0) this.faults = [];
    let at = start;
    let width = 0;
    let hasText = false;
    for (;;) {
      const from = at;
      let high = 0;
      let kind = 0;
      let byte = bytes[at]!;
      if (byte === SPACE || byte === TAB) byte = this.skipSpaces(at);
      const isFormula = byte === EQUALS && bytes[at + 1] === quote;
      const outcome = byte === quote || isFormula ? this.quoted(at, start) : BROKEN;
      if (outcome === UNFINISHED) return -1;
      const target = width < columns ? targets[width]! : -1;
      if (outcome === CLOSED) {
        at = this.after;
        kind = kinds[bytes[at]!]!;
        hasText = true;
        if (target >= 0) fields[target] = this.quotedText();
      } else {
        if (byte === quote || isFormula) {
          at = this.after;
          high = 128;
        }
        byte = bytes[at]!;
        kind = kinds[byte]!;
        while (kind === 0) {
          high |= byte;
          at += 1;
          byte = bytes[at]!;
          kind = kinds[byte]!;
        }
        if (at > from && target >= 0) {
          fields[target] = high < 128 ? text.slice(from, at) : bytes.toString('utf8', from, at);
        }
      }
      if (at - start > maxRecordBytes) {
        this.isSkipping = true;
        this.isSkippingQuoted = false;
        this.innerLines = 0;
        return this.skipRecord(start);
      }
      if (at >= length && !isLast) return -1;
      width += 1;
      if (kind === LINE_END) break;
      at += 1;
    }
    let next = at < length ? at + 1 : length;
    if (at < length && bytes[at] === CR) {
      if (next === length && !isLast) return -1;
      if (next < length && bytes[next] === LF) next += 1;
    }
    this.oversized = at - start > this.options.maxFieldChars ? this.emptyLarge(fields) : undefined;
    // Otherwise delimiters alone, or a line of spaces.
    hasText ||= at - start >= width && !(width === 1 && text.slice(start, at).trim() === '');
    this.isUnterminated = at >= length;
    this.finish(start, hasText ? fields : undefined, width);
    return next;
  }

  /** Skips to the end of a record, in which each quote opens or closes a cell. Returns where reading goes on. */
  private skipRecord(from: number): number {
    const { bytes, kinds, quote, length } = this;
    let at = from;
    for (; at < length; at += 1) {
      const byte = bytes[at]!;
      if (byte === quote) this.isSkippingQuoted = !this.isSkippingQuoted;
      else if (byte <= CR && kinds[byte] === LINE_END) {
        if (!this.isSkippingQuoted) break;
        if (byte === LF || bytes[at + 1] !== LF) this.innerLines += 1;
      }
    }
    if (at >= length && !this.isLast) return length;
    this.isSkipping = false;
    this.isUnterminated = at >= length;
    this.options.onTooLarge?.(this.line);
    this.line += this.innerLines;
    // The line end is a blank line of its own.
    return at;
  }

  private finish(start: number, fields: FieldValue[] | undefined, width: number): void {
    const { line } = this;
    for (const { fault, at } of this.faults) this.report(fault, start, at);
    this.allowance -= this.spent;
    this.line += 1 + this.innerLines;
    if (fields === undefined) this.options.onBlank?.();
    else this.options.onRecord(fields, width, line);
  }

  /** The first byte of a cell after white space. */
  private skipSpaces(from: number): number {
    const { bytes, kinds } = this;
    let at = from;
    while ((bytes[at] === SPACE || bytes[at] === TAB) && kinds[bytes[at]!] === 0) at += 1;
    return bytes[at]!;
  }

  /**
   * Scans a quoted cell that begins at `from`, perhaps after spaces. CLOSED: the cell ends before `after`.
   * BROKEN: the cell continues as plain text at `after`.
   */
  private quoted(from: number, recordStart: number): number {
    const { bytes, kinds, quote, length } = this;
    const open = bytes.indexOf(quote, from);
    const limit = Math.min(recordStart + this.options.maxRecordBytes, open + this.budget());
    const stop = Math.min(length, limit);
    let at = open + 1;
    let lines = 0;
    let high = 0;
    let stray = -1;
    let straysLine = 0;
    let hasDoubled = false;
    let hasEscaped = false;
    for (;;) {
      for (; at < stop && bytes[at] !== quote; at += 1) {
        const byte = bytes[at]!;
        high |= byte;
        if (byte <= CR && (byte === LF || (byte === CR && bytes[at + 1] !== LF))) {
          if (stray >= 0) return this.readAsText(open, at, straysLine === 0 ? stray : -1);
          lines += 1;
        }
      }
      if (at >= stop) {
        if (at >= length && length < limit && !this.isLast) return UNFINISHED;
        this.hasOpenQuote ||= at >= length && this.isLast;
        return this.readAsText(open, at, straysLine === 0 ? stray : -1);
      }
      const next = at + 1;
      if (this.hasBackslashes && this.isEscaped(open, at)) {
        hasEscaped = true;
        at = next;
        continue;
      }
      if (next >= length && !this.isLast) return UNFINISHED;
      const isOpening = kinds[bytes[at - 1]!]! !== 0 && at - 1 > open;
      if (next < length && bytes[next] === quote && !(stray >= 0 && isOpening)) {
        hasDoubled = true;
        at += 2;
        continue;
      }
      let after = next;
      while ((bytes[after] === SPACE || bytes[after] === TAB) && kinds[bytes[after]!] === 0) after += 1;
      if (after >= length && !this.isLast) return UNFINISHED;
      if (kinds[bytes[after]!] !== 0) {
        this.textEnd = at;
        this.after = after;
        this.hasDoubled = hasDoubled;
        this.hasEscaped = hasEscaped;
        this.hasHighBytes = high > 127;
        this.openedAt = open;
        this.innerLines += lines;
        if (stray >= 0) this.faults.push({ fault: 'csv_quote_misplaced', at: stray });
        this.quotedCells += 1;
        return CLOSED;
      }
      if (stray < 0) {
        stray = at;
        straysLine = lines;
      }
      if (isOpening) return this.readAsText(open, at, straysLine === 0 && stray !== at ? stray : -1);
      at = next;
    }
  }

  /** Treats the cell as plain text from its quote on, or from a stray quote that follows on the same line. */
  private readAsText(open: number, reached: number, stray: number): number {
    this.faults.push({ fault: stray < 0 ? 'csv_quote_unclosed' : 'csv_quote_misplaced', at: open });
    this.spent += reached - open;
    this.after = (stray < 0 ? open : stray) + 1;
    return BROKEN;
  }

  /** Whether an odd number of backslashes precedes a quote. */
  private isEscaped(open: number, at: number): boolean {
    let from = at;
    while (from > open + 1 && this.bytes[from - 1] === BACKSLASH) from -= 1;
    return (at - from) % 2 === 1;
  }

  private budget(): number {
    return Math.max(LEAST_BUDGET, this.allowance - this.spent);
  }

  private quotedText(): string {
    const { openedAt, textEnd, quote } = this;
    const text = this.hasHighBytes
      ? this.bytes.toString('utf8', openedAt + 1, textEnd)
      : this.text.slice(openedAt + 1, textEnd);
    const { hasDoubled, hasEscaped } = this;
    return hasDoubled || hasEscaped ? unescapeCell(text, { quote, hasDoubled, hasEscaped }) : text;
  }

  /** Empties the fields over the limit. */
  private emptyLarge(fields: FieldValue[]): readonly number[] {
    const { maxFieldChars } = this.options;
    const large = fields.flatMap((field, index) => ((field?.length ?? 0) > maxFieldChars ? [index] : []));
    for (const index of large) fields[index] = undefined;
    return large;
  }

  private report(fault: CsvFault, recordStart: number, at: number): void {
    this.faultyCells += 1;
    if (this.reported.has(fault)) return;
    this.reported.add(fault);
    const lines = this.bytes.toString('utf8', recordStart, at).split(/\r\n|\r|\n/);
    this.options.onFault(fault, this.line + lines.length - 1, [...lines.at(-1)!].length + 1);
  }
}
