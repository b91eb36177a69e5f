import type { FieldValue } from '@inlet/contracts';
import { columnNames } from '../csv/csv-header.js';
import { FieldTrie } from './field-trie.js';
import { JsonRecord, type JsonRecordOptions } from './json-record.js';
import { type HeaderRowOptions, headingsOf, NO_HEADINGS } from './row-headings.js';

const MOST_COLUMNS = 16_384;

/** Reads arrays as records, whose headings are `Column 1`, `Column 2`, or those of a row above or a list before them. */
export class ArrayRows {
  /** Records read. */
  count = 0;
  private readonly record: JsonRecord;
  private readonly options: JsonRecordOptions;
  private readonly layout: HeaderRowOptions;
  private rowsAbove: number;
  private columns: readonly string[] | undefined;
  /** The values at `headingsPath`. */
  private readonly headings: string[] = [];

  constructor(record: JsonRecord, options: JsonRecordOptions, layout: HeaderRowOptions = NO_HEADINGS) {
    this.record = record;
    this.options = options;
    this.layout = layout;
    this.rowsAbove = layout.skipRows + (layout.hasHeader ? 1 : 0);
  }

  /** Whether the next array is a row above the records. */
  get isAboveRecords(): boolean {
    return this.rowsAbove > 0;
  }

  isHeading(path: string): boolean {
    return this.layout.headingsPath === path;
  }

  addHeading(text: string): void {
    this.headings.push(text);
  }

  /** Reads an array above the records, of which the last may contain the headings. Empty ones are no rows. */
  readAbove(depth: number, isEmpty: boolean): void {
    const trie = new FieldTrie({ paths: [], mostPaths: MOST_COLUMNS });
    const row = new JsonRecord({ ...this.options, trie, onTrailingComma: () => {} });
    const fields = row.readRow(depth);
    if (isEmpty) return;
    if (this.rowsAbove === 1 && this.layout.hasHeader) this.columns = headingsOf(fields, trie.paths);
    this.rowsAbove -= 1;
  }

  /** Reads a record; null for an empty array, which is none. */
  read(depth: number, isEmpty: boolean): FieldValue[] | null {
    if (this.columns === undefined && this.headings.length > 0) this.columns = columnNames(this.headings);
    const fields = this.record.readRow(depth, this.columns);
    if (isEmpty) return null;
    this.count += 1;
    return fields;
  }
}
