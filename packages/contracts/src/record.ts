import type { Issue } from './issue.js';

/** Value of a path in one record: undefined, one text, or the two or more texts of a path that repeats, in order. */
export type FieldValue = string | readonly string[] | undefined;

/**
 * The values of the requested paths in one record: `fields[i]` belongs to `paths[i]`. All values are texts of the
 * source: JSON numbers keep their digits, `true` is `'true'`, JSON `null` is undefined. The value of a path to a nested
 * structure is its text: in XML the text, or the markup of XHTML content; in JSON the JSON.
 */
export interface RawRecord {
  /** Position in the source, from 1. */
  readonly record: number;
  readonly fields: readonly FieldValue[];
  /** The base of relative addresses in the record; without it, they resolve against the address of the source. */
  readonly baseUrl?: string | undefined;
  /** The bases of fields inside an element of the record with `xml:base`, by their index. */
  readonly fieldBaseUrls?: ReadonlyMap<number, string> | undefined;
  /** Indexes of the fields with a value that is over the limit and was left out; absent for most records. */
  readonly oversized?: readonly number[] | undefined;
  /** Whether the whole record is over the limit and was skipped; it has no values. */
  readonly isTooLarge?: boolean | undefined;
  /**
   * Indexes of the fields whose point is a decimal sign, because the format itself writes numbers so: `1.234` in JSON,
   * which as a text could also mean 1234. Absent for records without such numbers.
   */
  readonly decimalFields?: readonly number[] | undefined;
}

/** Facts about a record beside its values. */
export type RecordNotes = Pick<RawRecord, 'oversized' | 'isTooLarge' | 'decimalFields'>;

/** A typed value, in the form in which it is delivered: dates `YYYY-MM-DD`, date-times ISO 8601 in UTC, multi-select an array. */
export type Cell = string | number | boolean | readonly string[] | null;

/**
 * U+001F, the unit separator of ASCII: joins the values of a repeated element in the text of a `multi_select` column if
 * one of them contains the delimiter of the column.
 */
export const VALUE_SEPARATOR = '\u001F';

/** A record after mapping: `texts[i]` belongs to column i of the template and is undefined for an empty cell. */
export interface Row {
  readonly record: number;
  readonly texts: readonly (string | undefined)[];
}

/** A row after checking: `cells[i]` belongs to column i. A row with an issue of severity `error` is invalid. */
export interface CheckedRow {
  readonly record: number;
  readonly cells: readonly Cell[];
  /** Absent for a row without issues, the usual case. */
  readonly issues?: readonly Issue[];
  readonly isValid: boolean;
}
