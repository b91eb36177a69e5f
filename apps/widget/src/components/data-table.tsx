import type { ReactNode } from 'react';
import css from './data-table.module.css';

interface TableColumn {
  readonly key: string;
  readonly name: ReactNode;
  /** In small grey below the name. */
  readonly detail?: string;
  readonly isNumeric?: boolean;
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
  /** The text of the issue that the person is at; null when none is. */
  readonly onIssue?: (issue: string | null) => void;
}

/** Values of a source or as they are delivered. It scrolls within its own box, which can be reached by keyboard. */
export function DataTable({ label, columns, rows, onIssue }: DataTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section className={css.box} aria-label={label} tabIndex={0}>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map(({ key, name, detail, isNumeric }) => (
              <th key={key} scope="col" data-numeric={isNumeric}>
                <span className={css.name}>{name}</span>
                {detail && (
                  <span className={css.detail} dir="ltr">
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
                  isNumeric={columns[index]?.isNumeric}
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
  readonly isNumeric: boolean | undefined;
  readonly onIssue: DataTableProps['onIssue'];
}

function Cell({ cell, isNumeric, onIssue }: CellProps) {
  const { text, full = text, issue, severity = 'error' } = cell;
  const shown = text === null || text === '' ? <span className={css.empty}>—</span> : text;
  if (!issue)
    return (
      <td title={full ?? undefined} data-numeric={isNumeric}>
        <span className={css.text} dir="auto">
          {shown}
        </span>
      </td>
    );
  return (
    <td className={css.marked} data-severity={severity} data-numeric={isNumeric}>
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
