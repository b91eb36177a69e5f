import type { FieldValue } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { Block } from './block-reader.js';
import { FieldTrie } from './field-trie.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  checkpoint,
  JsonCursor,
  JsonFault,
  malformed,
  OPEN_BRACE,
  OPEN_BRACKET,
  type Place,
  QUOTE,
  Unfinished,
} from './json-cursor.js';
import { JsonRecord, type OpenField, tooDeep } from './json-record.js';
import { escapeKey, pathKeys } from './path-text.js';
import type { BlockScanner } from './record-batches.js';

const LF = 10;
const LOWER_N = 110;

export interface JsonScannerOptions {
  readonly recordPath: string;
  readonly trie: FieldTrie;
  /** Whether documents follow one another; one a line, unless the first takes several. */
  readonly isNdjson: boolean;
  readonly maxRecordBytes: number;
  readonly maxDepth: number;
  readonly maxFieldChars: number;
  readonly onRecord: (fields: FieldValue[]) => void;
  /** A text, number or boolean outside the records, with its path; `isRepeat` inside arrays. */
  readonly onValueAbove?: (
    path: string,
    value: { readonly text: string; readonly isRepeat: boolean },
  ) => void;
  readonly onWarning: (code: string, message: string, place: Place) => void;
}

/** Where a value above the records stands. */
interface Spot {
  readonly path: string;
  readonly isInArray: boolean;
  /** How many keys of the record path lead here; -1 if this is beside it. */
  readonly matched: number;
}

interface Frame extends Spot {
  readonly kind: 'object' | 'array' | 'records';
  members: number;
}

/**
 * Walks a JSON document down to the record path and reads each record there. Arrays on the way are walked through,
 * so `/groups/items` finds the items of all groups, and arrays of arrays of objects are one list. An array of
 * plain values in the list is a record with `Column 1`, `Column 2`. What stands at the record path without being
 * an array is one record; `null` is none.
 *
 * Above the records the walk can stop after each token, so a document of any size needs the memory of one record.
 */
export class JsonScanner implements BlockScanner {
  isDone = false;
  /** Whether the record path was met. */
  isFound = false;
  records = 0;
  private readonly options: JsonScannerOptions;
  private readonly cursor = new JsonCursor();
  private readonly record: JsonRecord;
  private readonly keys: readonly string[];
  private readonly frames: Frame[] = [];
  private readonly before = checkpoint();
  private readonly peeked = checkpoint();
  private documents = 0;
  private separation: 'unknown' | 'lines' | 'any';
  private firstFault: JsonFault | undefined;

  constructor(options: JsonScannerOptions) {
    this.options = options;
    this.keys = pathKeys(options.recordPath.slice(1));
    this.separation = options.isNdjson ? 'unknown' : 'any';
    this.record = new JsonRecord({
      cursor: this.cursor,
      trie: options.trie,
      maxDepth: options.maxDepth,
      maxFieldChars: options.maxFieldChars,
      onTrailingComma: () => this.warnOfComma(),
    });
  }

  /** What every record from now on begins with: the values above it, by their field. */
  get fieldsAbove(): OpenField[] {
    return this.record.blank;
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
        this.step();
        cursor.save(before);
      }
    } catch (error) {
      if (error instanceof JsonFault) this.giveUp(error);
      else if (!(error instanceof Unfinished)) throw error;
      cursor.restore(before);
    }
    if (!this.isDone) this.assertSize(cursor.length - cursor.at);
    return cursor.at;
  }

  /** One token above the records, one record, or, where lines are documents, one line. */
  private step(): void {
    const frame = this.frames.at(-1);
    if (frame !== undefined) this.member(frame);
    else if (this.cursor.isAtEnd()) this.finish();
    else if (this.separation === 'unknown') this.findSeparation();
    else if (this.separation === 'any') this.document();
    else this.line();
  }

  private document(): void {
    if (this.documents > 0 && !this.options.isNdjson) {
      const message = 'There is more text after the end of the document. It was not read.';
      this.options.onWarning('json_trailing_text', message, this.cursor.place());
      this.isDone = true;
      return;
    }
    this.valueAt({ path: '', isInArray: false, matched: 0 });
    this.documents += 1;
  }

  /** A line of NDJSON. Where one is not JSON, the reading goes on with the next. */
  private line(): void {
    const { cursor } = this;
    const end = this.lineEnd();
    const fault = this.withinLine(end, () => {
      while (!this.isDone && (!cursor.isAtEnd() || this.frames.length > 0)) this.lineStep();
    });
    if (fault === undefined) return;
    if (this.firstFault === undefined) {
      this.firstFault = fault;
      this.options.onWarning('ndjson_line_invalid', `${fault.message} The line was left out.`, fault.place);
    }
    this.frames.length = 0;
    cursor.restore(this.before);
    cursor.at = end;
  }

  /** Runs as if the text ended with the line, and returns what is wrong with it. */
  private withinLine(end: number, run: () => void): JsonFault | undefined {
    const { cursor } = this;
    const { length, isLast } = cursor;
    cursor.length = end;
    cursor.isLast = true;
    try {
      run();
      return undefined;
    } catch (error) {
      if (error instanceof JsonFault) return error;
      throw error;
    } finally {
      cursor.length = length;
      cursor.isLast = isLast;
    }
  }

  /** Documents are lines, unless the first is not complete on its line and the next line goes on with it. */
  private findSeparation(): void {
    const { cursor, options } = this;
    const end = this.lineEnd();
    const start = checkpoint();
    cursor.save(start);
    const trial = new JsonRecord({
      ...options,
      cursor,
      trie: new FieldTrie({ paths: [] }),
      onTrailingComma: () => {},
    });
    const fault = this.withinLine(end, () => trial.read(0));
    cursor.at = end;
    const goesOn = fault?.isIncomplete === true && !cursor.isAtEnd() && !isStructure(cursor.next());
    this.separation = goesOn ? 'any' : 'lines';
    cursor.restore(start);
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

  private lineEnd(): number {
    const { cursor } = this;
    const end = cursor.bytes.indexOf(LF, cursor.at);
    if (end >= 0 && end < cursor.length) return end;
    if (!cursor.isLast) throw new Unfinished();
    return cursor.length;
  }

  /** The next member of an object or array that is open, or its end. */
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
      return;
    }
    if (frame.kind === 'object') this.property(frame);
    else if (frame.kind === 'records') this.element(frame);
    else this.valueAt({ ...frame, isInArray: true });
    frame.members += 1;
  }

  private property({ path, isInArray, matched }: Frame): void {
    const { cursor } = this;
    if (cursor.next() !== QUOTE) cursor.expected('a key in double quotes');
    cursor.string();
    const key = cursor.stringText();
    if (cursor.next() !== COLON) cursor.expected('a colon after a key');
    cursor.at += 1;
    const isMatch = matched >= 0 && this.keys[matched] === key;
    this.valueAt({ path: `${path}/${escapeKey(key)}`, isInArray, matched: isMatch ? matched + 1 : -1 });
  }

  private valueAt(spot: Spot): void {
    const { cursor } = this;
    const byte = cursor.next();
    const isRecords = spot.matched === this.keys.length;
    if (isRecords) this.isFound = true;
    if (byte === OPEN_BRACKET) this.enter(spot, isRecords ? 'records' : 'array');
    else if (isRecords) this.element(spot);
    else if (byte === OPEN_BRACE) this.enter(spot, 'object');
    else this.valueAbove(byte, spot);
  }

  private enter({ path, isInArray, matched }: Spot, kind: Frame['kind']): void {
    const { maxDepth } = this.options;
    if (this.frames.length >= maxDepth) throw tooDeep(maxDepth, this.cursor.place());
    this.cursor.at += 1;
    this.frames.push({ kind, path, isInArray, matched, members: 0 });
  }

  private valueAbove(byte: number, { path, isInArray }: Spot): void {
    const { cursor } = this;
    const { onValueAbove } = this.options;
    if (byte === QUOTE) cursor.string();
    else cursor.scalar();
    if (onValueAbove === undefined || (byte !== QUOTE && cursor.isNull)) return;
    const text = byte === QUOTE ? cursor.stringText() : cursor.scalarText();
    onValueAbove(path, { text, isRepeat: isInArray });
  }

  /** One member of the list of records. */
  private element(spot: Spot): void {
    const { cursor } = this;
    const byte = cursor.next();
    const start = cursor.at;
    if (byte === OPEN_BRACKET) this.arrayElement(spot);
    else if (byte === LOWER_N) cursor.scalar();
    else this.emit(start, this.record.read(this.frames.length));
  }

  private arrayElement(spot: Spot): void {
    const start = this.cursor.at;
    const first = this.firstOfArray();
    if (isStructure(first)) {
      this.enter(spot, 'records');
      return;
    }
    const fields = this.record.readRow(this.frames.length);
    if (first !== CLOSE_BRACKET) this.emit(start, fields);
  }

  private firstOfArray(): number {
    const { cursor, peeked } = this;
    cursor.save(peeked);
    cursor.at += 1;
    const first = cursor.next();
    cursor.restore(peeked);
    return first;
  }

  private emit(start: number, fields: FieldValue[]): void {
    this.assertSize(this.cursor.at - start);
    this.records += 1;
    this.options.onRecord(fields);
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

  private giveUp(fault: JsonFault): void {
    if (this.records === 0) throw malformed(fault);
    this.isDone = true;
    const message = `${fault.message} Only the records before this place were read.`;
    this.options.onWarning('json_malformed', message, fault.place);
  }

  private assertSize(bytes: number): void {
    const { maxRecordBytes } = this.options;
    if (bytes <= maxRecordBytes) return;
    const { line } = this.cursor.place();
    throw new InletError('source_record_too_large', {
      detail: `The record on line ${line} is larger than ${maxRecordBytes} bytes.`,
      extra: { line },
    });
  }

  private warnOfComma(): void {
    const message = 'There is a comma after the last member of a list. It was read over.';
    this.options.onWarning('json_trailing_comma', message, this.cursor.place());
  }
}

function isStructure(byte: number): boolean {
  return byte === OPEN_BRACE || byte === OPEN_BRACKET;
}
