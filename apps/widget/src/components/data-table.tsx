import { VisuallyHidden } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import css from './data-table.module.css';

interface TableColumn {
  readonly key: string;
  readonly name: ReactNode;
  /** Shown in small grey below the name. */
  readonly detail?: string | undefined;
  readonly isNumeric?: boolean;
  /** The beginnings of the values are enough, as with links. */
  readonly isNarrow?: boolean;
}

export interface TableCell {
  /** null renders an empty cell. */
  readonly text: string | null;
  /** The complete value, if `text` is shortened or reformatted. */
  readonly full?: string | undefined;
  /** A sentence about what is wrong with the value. */
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
  /** Maximum width of a cell in pixels; default 240. */
  readonly cellWidth?: number;
  /** Called with the issue of the focused or hovered cell; null when it is left. */
  readonly onIssue?: (issue: string | null) => void;
}

/** A table of values that scrolls in its own box, which is reachable by keyboard. */
export function DataTable({ label, columns, rows, cellWidth = 240, onIssue }: DataTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling content must be reachable by keyboard (WCAG 2.1.1).
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
        // Safari does not focus a button that is tapped.
        onClick={() => onIssue?.(issue)}
        onMouseEnter={() => onIssue?.(issue)}
        onBlur={() => onIssue?.(null)}
        onMouseLeave={() => onIssue?.(null)}
      >
        <span className={css.text} dir="auto">
          {shown}
        </span>
        <VisuallyHidden component="span">{issue}</VisuallyHidden>
      </button>
    </td>
  );
}
