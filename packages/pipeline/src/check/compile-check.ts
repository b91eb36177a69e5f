import type { CheckedRow, Column, Row, UniqueTogether } from '@inlet/contracts';
import { checkColumns } from './check-columns.js';
import { compileColumn } from './compile-column.js';
import { compileUniqueTogether } from './compile-unique-together.js';
import { createIssueSink } from './issue-sink.js';
import { MESSAGES, type Messages } from './messages.js';

export interface CompiledCheck {
  /** Typed cells in column order, and the issues of each row. Never throws because of a value. */
  checkRows(rows: readonly Row[]): CheckedRow[];
}

export interface CheckOptions {
  readonly columns: readonly Column[];
  readonly uniqueTogether: readonly UniqueTogether[];
  /** The address of the source, against which relative addresses in it resolve. */
  readonly baseUrl?: string | null | undefined;
  /** Other texts for issues, such as translations; missing ones stay English. */
  readonly messages?: Partial<Messages>;
}

/**
 * The one validator of preview, review and runs. Remembers unique values from call to call, so make one per run. Throws InletError (see `checkColumns`) for columns that cannot work.
 */
export function compileCheck(options: CheckOptions): CompiledCheck {
  const { columns, uniqueTogether, baseUrl = null } = options;
  checkColumns(columns);
  const sink = createIssueSink({ ...MESSAGES, ...options.messages });
  const checks = columns.map((column) => compileColumn(column, { sink, baseUrl }));
  const groups = uniqueTogether.map((group) => compileUniqueTogether(group, { columns, sink }));

  const checkRow = ({ record, texts }: Row): CheckedRow => {
    const cells = checks.map((checkCell, at) => checkCell(texts[at], record));
    for (const checkGroup of groups) checkGroup(cells, record);
    const issues = sink.take();
    if (!issues) return { record, cells, isValid: true };
    return { record, cells, issues, isValid: issues.every(({ severity }) => severity === 'warning') };
  };

  return { checkRows: (rows) => rows.map(checkRow) };
}
