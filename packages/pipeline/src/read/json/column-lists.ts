import type { FieldValue, RawRecord } from '@inlet/contracts';
import { FieldTrie } from './field-trie.js';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  type JsonCursor,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-cursor.js';
import { JsonRecord, type JsonRecordOptions } from './json-record.js';

/** The columns are in memory until their object ends. */
export const MOST_COLUMN_BYTES = 67_108_864;

/** One list of values, or one value that each row has. */
type ColumnValues = readonly ColumnValue[] | ColumnValue;

interface ColumnValue {
  /** undefined for an object, a list and `null`. */
  readonly text: string | undefined;
  /** Whether it is a number with a decimal point. */
  readonly isDecimal: boolean;
}

const NO_VALUE: ColumnValue = { text: undefined, isDecimal: false };

type ColumnRow = Pick<RawRecord, 'decimalFields'> & { readonly fields: FieldValue[] };

export interface ColumnRows {
  readonly rows: readonly ColumnRow[];
  /** Whether the lists of the requested columns have different lengths. */
  readonly isUnequal: boolean;
}

/** Rows of an object whose members are columns: `{"sku": ["A1", "A2"], "price": [3, 4]}`. */
export class ColumnLists {
  private readonly options: JsonRecordOptions;
  private readonly cursor: JsonCursor;
  private readonly skipped: JsonRecord;

  constructor(options: JsonRecordOptions) {
    this.options = options;
    this.cursor = options.cursor;
    this.skipped = new JsonRecord({ ...options, trie: new FieldTrie({ paths: [] }) });
  }

  /** Reads the object at the cursor, `depth` levels below the root. The longest list decides how many rows there are. */
  readRows(depth: number): ColumnRows {
    const { cursor } = this;
    const { trie } = this.options;
    const columns = new Map<number, ColumnValues>();
    let rows = 0;
    this.members(CLOSE_BRACE, () => {
      if (cursor.next() !== QUOTE) cursor.expected('a key in double quotes');
      cursor.string();
      const node = trie.childOf(trie.root, cursor.stringText());
      if (cursor.next() !== COLON) cursor.expected('a colon after a key');
      cursor.at += 1;
      const values = this.column(depth);
      const slot = node === undefined || isMissing(values) ? -1 : trie.slotOf(node);
      if (slot >= 0) columns.set(slot, values);
      if (isList(values)) rows = Math.max(rows, values.length);
    });
    return { rows: this.toRows(columns, rows), isUnequal: areUnequal(columns) };
  }

  private toRows(columns: ReadonlyMap<number, ColumnValues>, length: number): ColumnRow[] {
    const { paths, copies } = this.options.trie;
    return Array.from({ length }, (_, row) => {
      const fields = new Array<FieldValue>(paths.length).fill(undefined);
      const decimalFields: number[] = [];
      for (const [slot, values] of columns) {
        const { text, isDecimal } = isList(values) ? (values[row] ?? NO_VALUE) : values;
        fields[slot] = text;
        if (isDecimal) decimalFields.push(slot);
      }
      for (const [from, to] of copies) {
        fields[to] = fields[from];
        if (decimalFields.includes(from)) decimalFields.push(to);
      }
      return { fields, decimalFields: decimalFields.length > 0 ? decimalFields : undefined };
    });
  }

  private column(depth: number): ColumnValues {
    if (this.cursor.next() !== OPEN_BRACKET) return this.value(depth);
    const values: ColumnValue[] = [];
    this.members(CLOSE_BRACKET, () => void values.push(this.value(depth + 1)));
    return values;
  }

  private value(depth: number): ColumnValue {
    const { cursor } = this;
    const byte = cursor.next();
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.skipped.read(depth + 1);
      return NO_VALUE;
    }
    if (byte === QUOTE) {
      cursor.string();
      return { text: cursor.stringText(), isDecimal: false };
    }
    cursor.scalar();
    if (cursor.isNull) return NO_VALUE;
    const text = cursor.scalarText();
    return { text, isDecimal: text.includes('.') };
  }

  private members(close: number, readMember: () => void): void {
    this.cursor.members(close, { readMember, onTrailingComma: this.options.onTrailingComma });
  }
}

const isList = (values: ColumnValues): values is readonly ColumnValue[] => Array.isArray(values);

const isMissing = (values: ColumnValues): boolean => !isList(values) && values.text === undefined;

function areUnequal(columns: ReadonlyMap<number, ColumnValues>): boolean {
  const lengths = [...columns.values()].flatMap((values) => (isList(values) ? [values.length] : []));
  return new Set(lengths).size > 1;
}
