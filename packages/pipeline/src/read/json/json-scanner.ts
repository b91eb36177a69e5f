import {
  createSourceWarning,
  type FieldValue,
  type IncompleteRead,
  type RecordNotes,
  type SourceWarning,
} from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { Block } from '../blocks/block-reader.js';
import type { BlockScanner } from '../blocks/record-batches.js';
import type { EnclosingLevels } from '../enclosing-levels.js';
import { EACH, escapeKey, isOfColumns, recordKeys } from '../paths.js';
import { ArrayRows } from './array-rows.js';
import { ColumnLists, type ColumnRows, MOST_COLUMN_BYTES } from './column-lists.js';
import type { FieldTrie } from './field-trie.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  createCheckpoint,
  JsonCursor,
  JsonFault,
  malformed,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  Unfinished,
} from './json-cursor.js';
import { JsonRecord, type JsonRecordOptions, tooDeep } from './json-record.js';
import { areDocumentsLines, findLineEnd, isStructure, readWithinLine } from './ndjson-lines.js';
import type { HeaderRowOptions } from './row-headings.js';
import { lineSkip, type RecordSkip, ValueSkip } from './value-skip.js';

const LOWER_N = 110;
/** `)` and `;`. */
const SCRIPT_END = new Set([41, 59]);

export interface JsonScannerOptions {
  readonly recordPath: string;
  readonly trie: FieldTrie;
  /** Whether the text is a sequence of documents: one per line, unless the first spans several lines. */
  readonly isNdjson: boolean;
  readonly maxRecordBytes: number;
  readonly maxDepth: number;
  readonly maxFieldChars: number;
  /** For a list of arrays; default: none of them contains headings. */
  readonly rows?: HeaderRowOptions | undefined;
  readonly onRecord: (fields: FieldValue[], notes: RecordNotes) => void;
  /** Learns about the objects around the records and gets the records. */
  readonly levels?: EnclosingLevels | undefined;
  /** Called for a text, number or boolean outside the records. */
  readonly onValueAbove?: ((path: string, value: JsonValueAbove) => void) | undefined;
  readonly onWarning: (warning: SourceWarning) => void;
  /** Called if an escape names a control character. */
  readonly onControls: () => void;
  readonly onIncomplete: (found: IncompleteRead) => void;
}

interface JsonValueAbove {
  readonly text: string;
  /** Whether it is in an array inside the object at `depth`. */
  readonly isRepeat: boolean;
  /** Number of keys of the record path at the innermost object around both the value and the records. */
  readonly depth: number;
  /** Offset in the source, in bytes. */
  readonly at: number;
}

/** The path of a value above the records. */
interface ValuePath {
  readonly path: string;
  readonly isInArray: boolean;
  /** Number of keys of the record path at the innermost object around it that is on the way to the records. */
  readonly depth: number;
  /** How many keys of the record path match; -1 outside of it. */
  readonly matched: number;
}

interface RecordPlace {
  /** Offset in the source, in bytes. */
  readonly at: number;
  readonly notes: RecordNotes;
}

interface Frame extends ValuePath {
  readonly kind: 'object' | 'array' | 'records';
  members: number;
}

/**
 * Walks a JSON document down to the record path and reads each record there. Passes through arrays on the way, so
 * `/groups/items` finds the items of all groups, and arrays of arrays of objects are one list. An array of plain
 * values in the list is a record with `Column 1`, `Column 2`. Any other value at the record path is one record, except
 * `null`.
 *
 * Above the records the walk can pause after each token, so a document of any size needs the memory of one record.
 */
export class JsonScanner implements BlockScanner {
  isDone = false;
  /** Whether the record path exists. */
  isFound = false;
  records = 0;
  private readonly options: JsonScannerOptions;
  private readonly cursor = new JsonCursor();
  private readonly record: JsonRecord;
  private readonly arrays: ArrayRows;
  /** Reads the records of an object whose members are columns. */
  private readonly columnLists: ColumnLists | null;
  private readonly maxRecordBytes: number;
  private readonly keys: readonly (string | null)[];
  /** The key of the record, or of what encloses it, in the innermost object whose members are all read. */
  private recordKey: string | undefined;
  private readonly frames: Frame[] = [];
  private readonly before = createCheckpoint();
  private readonly arrayStart = createCheckpoint();
  private documents = 0;
  /** Offset of the block in the source. */
  private offset = 0;
  private separation: 'unknown' | 'lines' | 'any';
  private firstFault: JsonFault | undefined;
  /** Where the record that is being read begins; -1 outside of records. */
  private recordStart = -1;
  /** Skips the rest of a record that is too large. */
  private skip: RecordSkip | undefined;
  private skippedAt = 0;

  constructor(options: JsonScannerOptions) {
    this.options = options;
    this.cursor.onControls = options.onControls;
    this.keys = recordKeys(options.recordPath);
    const { maxRecordBytes, recordPath } = options;
    this.maxRecordBytes = isOfColumns(recordPath)
      ? Math.max(maxRecordBytes, MOST_COLUMN_BYTES)
      : maxRecordBytes;
    this.separation = options.isNdjson ? 'unknown' : 'any';
    const recordOptions: JsonRecordOptions = {
      cursor: this.cursor,
      trie: options.trie,
      maxDepth: options.maxDepth,
      maxFieldChars: options.maxFieldChars,
      onTrailingComma: () => this.warnOfComma(),
    };
    this.record = new JsonRecord(recordOptions);
    this.arrays = new ArrayRows(this.record, recordOptions, options.rows);
    this.columnLists = isOfColumns(recordPath) ? new ColumnLists(recordOptions) : null;
  }

  /** Number of records that are arrays. */
  get rows(): number {
    return this.arrays.count;
  }

  stop(): void {
    this.isDone = true;
  }

  scan(block: Block): number {
    const { cursor, before } = this;
    cursor.load(block);
    cursor.save(before);
    try {
      while (!this.isDone) {
        if (this.skip === undefined) this.step();
        else if (!this.skipOn(this.skip)) break;
        cursor.save(before);
      }
    } catch (error) {
      if (error instanceof JsonFault) this.stopAtFault(error);
      else if (!(error instanceof Unfinished)) throw error;
      cursor.restore(before);
    }
    if (!this.isDone && cursor.length - cursor.at > this.maxRecordBytes) this.beginSkip();
    this.offset += cursor.at;
    return cursor.at;
  }

  /** Skips the record at the cursor, which the block does not contain to its end. */
  private beginSkip(): void {
    const { cursor, recordStart, separation } = this;
    if (!cursor.skipSpace()) return;
    const isAbove = recordStart < 0 && (separation === 'any' || this.frames.length > 0);
    // An object of columns has many records, so it cannot be skipped like one of them.
    if (isAbove || (recordStart >= 0 && this.columnLists !== null)) throw this.tooLarge();
    if (recordStart >= 0) cursor.skipTo(recordStart);
    else this.separation = 'lines';
    this.skippedAt = this.offset + cursor.at;
    this.skip = recordStart >= 0 ? new ValueSkip() : lineSkip;
    this.skipOn(this.skip);
  }

  /** Returns whether the skipped record ends in the block. */
  private skipOn(skip: RecordSkip): boolean {
    const { cursor } = this;
    const end = skip.findEnd(cursor.bytes, cursor.at, cursor.length);
    cursor.skipTo(end < 0 ? cursor.length : end);
    if (end < 0 && !cursor.isLast) return false;
    if (end < 0 && skip !== lineSkip) cursor.failCut();
    this.skip = undefined;
    this.emitTooLarge(this.skippedAt);
    const frame = this.frames.at(-1);
    if (frame === undefined) this.documents += 1;
    else frame.members += 1;
    return true;
  }

  /** Reads one token above the records, one record, or one line of NDJSON. */
  private step(): void {
    const frame = this.frames.at(-1);
    this.recordStart = -1;
    if (frame !== undefined) this.member(frame);
    else if (this.cursor.isAtEnd()) this.finish();
    else if (this.separation === 'unknown')
      this.separation = areDocumentsLines(this.cursor, this.options) ? 'lines' : 'any';
    else if (this.separation === 'any') this.document();
    else this.line();
  }

  private document(): void {
    if (this.documents > 0 && !this.options.isNdjson) {
      // The end of a function call or an assignment around the document.
      const isScriptEnd = SCRIPT_END.has(this.cursor.next());
      if (!isScriptEnd)
        this.options.onWarning(createSourceWarning('json_trailing_text', {}, this.cursor.position()));
      this.isDone = true;
      return;
    }
    this.valueAt({ path: '', isInArray: false, depth: 0, matched: 0 });
    this.documents += 1;
  }

  /** Reads a line of NDJSON. Skips one that is not JSON. */
  private line(): void {
    const { cursor } = this;
    const end = findLineEnd(cursor);
    const fault = readWithinLine(cursor, end, () => {
      while (!this.isDone && (!cursor.isAtEnd() || this.frames.length > 0)) this.lineStep();
    });
    if (fault === undefined) return;
    const warning = createSourceWarning('ndjson_line_invalid', { fault: fault.message }, fault.position);
    const isCut = fault.isIncomplete && cursor.isLast && end === cursor.length;
    this.options.onIncomplete({
      reason: isCut ? 'text_cut' : 'records_skipped',
      message: warning.message,
    });
    if (this.firstFault === undefined) {
      this.firstFault = fault;
      this.options.onWarning(warning);
    }
    this.frames.length = 0;
    this.options.levels?.leave(0);
    cursor.restore(this.before);
    cursor.at = end;
  }

  private lineStep(): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined) {
      this.member(frame);
      return;
    }
    const isPlain = !isStructure(this.cursor.next());
    this.document();
    if (isPlain && !this.cursor.isAtEnd()) this.cursor.expected('the end of the line');
  }

  /** Reads the next member of an open object or array, or its end. */
  private member(frame: Frame): void {
    const { cursor } = this;
    const close = frame.kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET;
    let byte = cursor.next();
    if (frame.members > 0 && byte !== close) {
      if (byte !== COMMA) cursor.expected(frame.kind === 'object' ? 'a comma or }' : 'a comma or ]');
      cursor.at += 1;
      byte = cursor.next();
      if (byte === close) this.warnOfComma();
    }
    if (byte === close) {
      cursor.at += 1;
      this.frames.pop();
      if (frame.kind === 'object' && frame.matched >= 0) this.options.levels?.leave(frame.matched);
      return;
    }
    if (frame.kind === 'object') this.property(frame);
    else if (frame.kind === 'records') this.element(frame);
    else this.valueAt({ ...frame, isInArray: true });
    frame.members += 1;
  }

  private property({ path, isInArray, depth, matched }: Frame): void {
    const { cursor } = this;
    if (cursor.next() !== QUOTE) cursor.expected('a key in double quotes');
    cursor.string();
    const key = cursor.stringText();
    if (cursor.next() !== COLON) cursor.expected('a colon after a key');
    cursor.at += 1;
    const wanted = matched < 0 ? undefined : this.keys[matched];
    if (wanted === null) this.recordKey = key;
    const isMatch = wanted === null || wanted === key;
    const part = wanted === null ? EACH : escapeKey(key);
    this.valueAt({ path: `${path}/${part}`, isInArray, depth, matched: isMatch ? matched + 1 : -1 });
  }

  private valueAt(value: ValuePath): void {
    const { cursor } = this;
    const byte = cursor.next();
    const isRecords = value.matched === this.keys.length;
    if (isRecords) this.isFound = true;
    if (byte === OPEN_BRACKET) this.enter(value, isRecords ? 'records' : 'array');
    else if (isRecords) this.element(value);
    else if (byte === OPEN_BRACE) this.enter(value, 'object');
    else this.valueAbove(byte, value);
  }

  private enter({ path, isInArray, depth, matched }: ValuePath, kind: Frame['kind']): void {
    const { maxDepth, levels } = this.options;
    if (this.frames.length >= maxDepth) throw tooDeep(maxDepth, this.cursor.position());
    this.cursor.at += 1;
    if (kind !== 'object' || matched < 0) {
      this.frames.push({ kind, path, isInArray, depth, matched, members: 0 });
      return;
    }
    levels?.enter(matched);
    this.frames.push({ kind, path, isInArray: false, depth: matched, matched, members: 0 });
  }

  private valueAbove(byte: number, { path, isInArray, depth }: ValuePath): void {
    const { cursor } = this;
    const { onValueAbove } = this.options;
    if (byte === QUOTE) cursor.string();
    else cursor.scalar();
    const isHeading = this.arrays.isHeading(path);
    if ((onValueAbove === undefined && !isHeading) || (byte !== QUOTE && cursor.isNull)) return;
    const text = byte === QUOTE ? cursor.stringText() : cursor.scalarText();
    if (isHeading) this.arrays.addHeading(text);
    onValueAbove?.(path, { text, isRepeat: isInArray, depth, at: this.offset + cursor.at });
  }

  /** Reads one member of the list of records. */
  private element(value: ValuePath): void {
    const { cursor } = this;
    const byte = cursor.next();
    const start = cursor.at;
    if (byte === OPEN_BRACKET) this.arrayElement(value);
    else if (byte === LOWER_N) cursor.scalar();
    else {
      this.recordStart = start;
      const { columnLists } = this;
      if (columnLists === null || byte !== OPEN_BRACE) this.emit(start, this.record.read(this.frames.length));
      else this.emitRows(start, columnLists.readRows(this.frames.length));
    }
  }

  private emitRows(start: number, { rows, isUnequal }: ColumnRows): void {
    if (this.cursor.at - start > this.maxRecordBytes) throw this.tooLarge();
    for (const { fields, ...notes } of rows) this.addRecord(fields, { at: this.offset + start, notes });
    if (!isUnequal) return;
    const warning = createSourceWarning('json_columns_unequal', {});
    this.options.onWarning(warning);
    this.options.onIncomplete({ reason: 'columns_unequal', message: warning.message });
  }

  private arrayElement(value: ValuePath): void {
    const start = this.cursor.at;
    const first = this.firstOfArray();
    if (isStructure(first)) {
      this.enter(value, 'records');
      return;
    }
    const isEmpty = first === CLOSE_BRACKET;
    if (this.arrays.isAboveRecords) {
      this.arrays.readAbove(this.frames.length, isEmpty);
      return;
    }
    this.recordStart = start;
    const fields = this.arrays.read(this.frames.length, isEmpty);
    if (fields) this.emit(start, fields);
  }

  private firstOfArray(): number {
    const { cursor, arrayStart } = this;
    cursor.save(arrayStart);
    cursor.at += 1;
    const first = cursor.next();
    cursor.restore(arrayStart);
    return first;
  }

  private emit(start: number, fields: FieldValue[]): void {
    const at = this.offset + start;
    if (this.cursor.at - start > this.maxRecordBytes) this.emitTooLarge(at);
    else this.addRecord(fields, { at, notes: this.record });
  }

  private emitTooLarge(at: number): void {
    const fields = new Array<FieldValue>(this.options.trie.paths.length).fill(undefined);
    this.addRecord(fields, { at, notes: { isTooLarge: true } });
  }

  private addRecord(fields: FieldValue[], { at, notes }: RecordPlace): void {
    this.records += 1;
    for (const slot of this.options.trie.keySlots) fields[slot] = this.recordKey;
    this.options.levels?.addRecord(fields, at);
    this.options.onRecord(fields, notes);
  }

  private finish(): void {
    this.isDone = true;
    if (this.records === 0 && this.firstFault !== undefined) throw malformed(this.firstFault);
    if (this.documents === 0) throw new InletError('source_empty');
    if (this.isFound) return;
    throw new InletError('source_record_path_unknown', {
      detail: `There is nothing at ${this.options.recordPath} in the file.`,
    });
  }

  private stopAtFault(fault: JsonFault): void {
    // Cut columns have no whole row, but their file is as incomplete as a list that was cut.
    const areColumnsCut = this.columnLists !== null && this.isFound && fault.isIncomplete;
    if (this.records === 0 && !areColumnsCut) throw malformed(fault);
    this.isDone = true;
    const warning = createSourceWarning('json_malformed', { fault: fault.message }, fault.position);
    this.options.onWarning(warning);
    this.options.onIncomplete({
      reason: fault.isIncomplete ? 'text_cut' : 'text_malformed',
      message: warning.message,
    });
  }

  private tooLarge(): InletError {
    const { line } = this.cursor.position();
    return new InletError('source_record_too_large', {
      detail: `The value on line ${line} is larger than ${this.maxRecordBytes} bytes.`,
      extra: { line },
    });
  }

  private warnOfComma(): void {
    this.options.onWarning(createSourceWarning('json_trailing_comma', {}, this.cursor.position()));
  }
}
