import type { Issue } from './issue.js';

/** What a path gives inside one record: nothing, one text, or, where it repeats, all of them in order (two or more). */
export type FieldValue = string | readonly string[] | undefined;

/**
 * One record, reduced to the paths that were asked for: `fields[i]` belongs to `paths[i]`. All values are text
 * as it stands in the source: JSON numbers keep their digits, `true` is `'true'`, JSON `null` is undefined.
 * A path that leads to more structure gives its text (XML: the text or, for XHTML content, the markup; JSON: JSON).
 */
export interface RawRecord {
  /** Position in the source, from 1. */
  readonly record: number;
  readonly fields: readonly FieldValue[];
}

/** A typed value as it is delivered. Dates are `YYYY-MM-DD`, date-times ISO 8601 in UTC, multi-select an array. */
export type Cell = string | number | boolean | readonly string[] | null;

/** A record after mapping: `texts[i]` belongs to the template's column i; undefined where there is no value. */
export interface Row {
  readonly record: number;
  readonly texts: readonly (string | undefined)[];
}

/** A row after checking: `cells[i]` belongs to column i. A row is invalid when one of its issues is an error. */
export interface CheckedRow {
  readonly record: number;
  readonly cells: readonly Cell[];
  /** Absent when there is none, which is the usual case. */
  readonly issues?: readonly Issue[];
  readonly isValid: boolean;
}

/** Something that is odd about a whole file, where reading could go on. */
export interface SourceWarning {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}
