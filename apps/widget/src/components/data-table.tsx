import type { CSSProperties, ReactNode } from 'react';
import css from './data-table.module.css';

interface TableColumn {
  readonly key: string;
  readonly name: ReactNode;
  /** In small grey below the name. */
  readonly detail?: string;
  readonly isNumeric?: boolean;
  /** Its values say enough with their beginnings. */
  readonly isNarrow?: boolean;
}

export interface TableCell {
  /** Null where there is nothing. */
  readonly text: string | null;
  /** All of it, where `text` is clipped or written in another way. */
  readonly full?: string;
  /** What is wrong with it, in words. */
  readonly issue?: string;
  readonly severity?: 'error' | 'warning';
}

interface TableRow {
  readonly key: string;
  readonly cells: readonly TableCell[];
}

export interface DataTableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** The most that a cell takes, in pixels; default 240. */
  readonly cellWidth?: number;
  /** The text of the issue that the person is at; null when none is. */
  readonly onIssue?: (issue: string | null) => void;
}

/** Values of a source or as they are delivered. It scrolls within its own box, which can be reached by keyboard. */
export function DataTable({ label, columns, rows, cellWidth = 240, onIssue }: DataTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section className={css.box} aria-label={label} tabIndex={0}>
      <table className={css.table} style={{ '--cell-width': `${cellWidth}px` } as CSSProperties}>
        <thead>
          <tr>
            {columns.map(({ key, name, detail, isNumeric, isNarrow }) => (
              <th key={key} scope="col" data-numeric={isNumeric} data-narrow={isNarrow}>
                <span className={css.name}>{name}</span>
                {detail && (
                  <span className={css.detail} dir="ltr" title={detail}>
                    {detail}
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <Cell
                  key={columns[index]?.key ?? index}
                  cell={cell}
                  column={columns[index]}
                  onIssue={onIssue}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  readonly cell: TableCell;
  readonly column: TableColumn | undefined;
  readonly onIssue: DataTableProps['onIssue'];
}

function Cell({ cell, column, onIssue }: CellProps) {
  const shape = { 'data-numeric': column?.isNumeric, 'data-narrow': column?.isNarrow };
  const { text, full = text, issue, severity = 'error' } = cell;
  const shown = text === null || text === '' ? <span className={css.empty}>—</span> : text;
  if (!issue)
    return (
      <td title={full ?? undefined} {...shape}>
        <span className={css.text} dir="auto">
          {shown}
        </span>
      </td>
    );
  return (
    <td className={css.marked} data-severity={severity} {...shape}>
      <button
        type="button"
        className={css.issue}
        title={issue}
        onFocus={() => onIssue?.(issue)}
        onMouseEnter={() => onIssue?.(issue)}
        onBlur={() => onIssue?.(null)}
        onMouseLeave={() => onIssue?.(null)}
      >
        <span className={css.text} dir="auto">
          {shown}
        </span>
        <span className={css.hidden}>{issue}</span>
      </button>
    </td>
  );
}
