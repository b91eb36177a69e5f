// biome-ignore-all lint/a11y/useSemanticElements: a table cannot scroll a million rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: one cell at a time is a tab stop, as the grid pattern of ARIA says.
import type { Column, Issue, SheetRowView } from '@inlet/contracts';
import { VisuallyHidden } from '@mantine/core';
import { memo } from 'react';
import { useIssueText } from '../session/issue-text.js';
import { useWidget } from '../session/widget-context.js';
import { CellEditor, type Editing } from './cell-editor.js';
import { type ColumnLayout, type ColumnWindow, NUMBER_WIDTH, ROW_HEIGHT } from './column-layout.js';
import css from './grid.module.css';

export interface GridRowProps {
  /** Position in the view. */
  readonly index: number;
  /** undefined while it is not loaded. */
  readonly row: SheetRowView | undefined;
  readonly y: number;
  readonly columns: readonly Column[];
  readonly layout: ColumnLayout;
  readonly firstColumn: number;
  readonly lastColumn: number;
  /** The column with the focus; -1 if the focus is in another row. */
  readonly activeColumn: number;
  /** Selected columns; -1 if none of this row are. */
  readonly selectedFrom: number;
  readonly selectedTo: number;
  readonly isChecked: boolean;
  readonly editing: Editing | null;
  readonly describedBy: string;
  readonly onCheck: (index: number, isRange: boolean) => void;
  readonly onCommit: (text: string | null, then: 'down' | 'right' | 'left' | 'stay') => void;
  readonly onCancel: () => void;
}

const NUMERIC = new Set(['integer', 'number']);

/** One row of the grid. Rendered again only if something of this row changed. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, row, y, columns, layout, isChecked, onCheck } = props;
  const { t, formats } = useWidget();
  const textOf = useIssueText();
  const rowIssue = row?.issues.find(({ columnKey }) => columnKey === null);
  const number = row ? (row.sourceRow?.row ?? null) : null;
  const shown = row ? (number === null ? '+' : formats.number(number)) : '';
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChecked}
      className={css.row}
      style={{ top: y, height: ROW_HEIGHT, width: layout.totalWidth }}
    >
      <div
        role="rowheader"
        aria-colindex={1}
        className={css.number}
        style={{ width: NUMBER_WIDTH }}
        data-severity={rowIssue?.severity}
        title={rowIssue && textOf(rowIssue)}
      >
        {row && (
          <label className={css.check}>
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isChecked}
              aria-label={t('review.selectRow', { row: shown })}
              onClick={(event) => onCheck(index, event.shiftKey)}
              onChange={() => undefined}
            />
            <span>{shown}</span>
          </label>
        )}
      </div>
      {columnIndexes(props).map((column) => (
        <Cell key={columns[column]?.key} {...props} columnIndex={column} />
      ))}
    </div>
  );
});

/** The columns of the window, the one that stays in place, and the one with the focus. */
function columnIndexes({
  layout,
  firstColumn,
  lastColumn,
  activeColumn,
}: ColumnWindowProps): readonly number[] {
  const shown = new Set(Array.from({ length: lastColumn - firstColumn + 1 }, (_, at) => firstColumn + at));
  if (layout.frozenWidth > 0) shown.add(0);
  if (activeColumn !== -1) shown.add(activeColumn);
  return [...shown].sort((one, other) => one - other);
}

type ColumnWindowProps = Pick<GridRowProps, 'activeColumn' | 'layout'> & {
  readonly firstColumn: ColumnWindow['first'];
  readonly lastColumn: ColumnWindow['last'];
};

interface CellProps extends GridRowProps {
  readonly columnIndex: number;
}

function Cell({
  columnIndex,
  index,
  row,
  columns,
  layout,
  activeColumn,
  selectedFrom,
  selectedTo,
  editing,
  describedBy,
  onCommit,
  onCancel,
}: CellProps) {
  const textOf = useIssueText();
  const column = columns[columnIndex];
  if (!column) return null;
  const isActive = activeColumn === columnIndex;
  const isSelected = selectedFrom !== -1 && columnIndex >= selectedFrom && columnIndex <= selectedTo;
  const issue = row && worstIssue(row.issues, column.key);
  const text = row?.cells[columnIndex] ?? null;
  const isEditing = isActive && editing !== null && row !== undefined;
  return (
    <div
      role="gridcell"
      aria-colindex={columnIndex + 2}
      aria-selected={isSelected}
      aria-invalid={issue?.severity === 'error' || undefined}
      aria-describedby={isActive ? describedBy : undefined}
      tabIndex={isActive ? 0 : -1}
      className={css.cell}
      data-row={index}
      data-column={columnIndex}
      data-active={isActive}
      data-selected={isSelected}
      data-severity={issue?.severity}
      data-numeric={NUMERIC.has(column.type)}
      data-frozen={columnIndex === 0 && layout.frozenWidth > 0}
      style={{
        insetInlineStart: NUMBER_WIDTH + (layout.starts[columnIndex] ?? 0),
        width: layout.widths[columnIndex],
      }}
    >
      {isEditing ? (
        <CellEditor column={column} text={text} editing={editing} onCommit={onCommit} onCancel={onCancel} />
      ) : row === undefined ? (
        <span className={css.bone} aria-hidden="true" />
      ) : (
        <span className={css.text} dir="auto">
          {shownText(text, column)}
          {issue && <VisuallyHidden component="span"> {textOf(issue)}</VisuallyHidden>}
        </span>
      )}
    </div>
  );
}

/** The issue of a cell that matters most. */
export const worstIssue = (issues: readonly Issue[], columnKey: string): Issue | undefined => {
  const own = issues.filter((issue) => issue.columnKey === columnKey);
  return own.find(({ severity }) => severity === 'error') ?? own[0];
};

/** Options by their label; everything else as the file has it. */
export function shownText(text: string | null, { options }: Column): string {
  if (text === null) return '';
  return options?.find(({ value }) => value === text)?.label ?? text;
}
