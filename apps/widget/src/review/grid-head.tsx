// biome-ignore-all lint/a11y/useSemanticElements: a table cannot scroll a million rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: one cell at a time is a tab stop, as the grid pattern of ARIA says.
import type { Column } from '@inlet/contracts';
import { VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useWidget } from '../session/widget-context.js';
import { isRequired } from '../wizard/mapping-status.js';
import { type ColumnLayout, HEAD_HEIGHT, NUMBER_WIDTH } from './column-layout.js';
import { ColumnResizer } from './column-resizer.js';
import css from './grid.module.css';

export interface SortOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

export interface GridHeadProps {
  readonly columns: readonly Column[];
  readonly layout: ColumnLayout;
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly activeColumn: number;
  readonly sort: SortOrder | null;
  readonly issueCounts: ReadonlyMap<string, number>;
  readonly isAllChecked: boolean;
  readonly isSomeChecked: boolean;
  readonly onSort: (sort: SortOrder | null) => void;
  readonly onCheckAll: () => void;
  readonly onResize: (column: Column, width: number) => void;
  readonly onFit: (column: Column) => void;
}

/** The names of the columns. A click sorts by a column, the next one the other way round, the third as in the file. */
export function GridHead(props: GridHeadProps) {
  const { columns, layout, firstColumn, lastColumn, activeColumn, sort, issueCounts } = props;
  const { t, formats } = useWidget();
  const checkbox = useRef<HTMLInputElement>(null);
  const isPartial = props.isSomeChecked && !props.isAllChecked;
  useEffect(() => {
    if (checkbox.current) checkbox.current.indeterminate = isPartial;
  }, [isPartial]);
  const shown = columns
    .map((column, index) => ({ column, index }))
    .filter(
      ({ index }) => (index >= firstColumn && index <= lastColumn) || (index === 0 && layout.frozenWidth > 0),
    );
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={css.head}
      style={{ height: HEAD_HEIGHT, width: layout.totalWidth }}
    >
      <div role="columnheader" aria-colindex={1} className={css.corner} style={{ width: NUMBER_WIDTH }}>
        <label className={css.check}>
          <input
            ref={checkbox}
            type="checkbox"
            aria-label={t('review.selectAll')}
            checked={props.isAllChecked}
            onChange={props.onCheckAll}
          />
          <span>{t('review.rowNumber')}</span>
        </label>
      </div>
      {shown.map(({ column, index }) => {
        const order = sort?.column === column.key ? (sort.isDescending ? 'descending' : 'ascending') : 'none';
        const issues = issueCounts.get(column.key) ?? 0;
        return (
          <div
            key={column.key}
            role="columnheader"
            aria-colindex={index + 2}
            aria-sort={order}
            className={css.headCell}
            data-frozen={index === 0 && layout.frozenWidth > 0}
            style={{
              insetInlineStart: NUMBER_WIDTH + (layout.starts[index] ?? 0),
              width: layout.widths[index],
            }}
          >
            <button
              type="button"
              className={css.headButton}
              tabIndex={index === activeColumn ? 0 : -1}
              title={column.description ?? column.name}
              onClick={() => props.onSort(nextOrder(column.key, order))}
            >
              <span className={css.headName}>{column.name}</span>
              {isRequired(column) && (
                <span className={css.required}>
                  <span aria-hidden="true">*</span>
                  <VisuallyHidden component="span"> {t('map.required')}</VisuallyHidden>
                </span>
              )}
              {order === 'ascending' && <IconArrowUp size={14} aria-hidden="true" />}
              {order === 'descending' && <IconArrowDown size={14} aria-hidden="true" />}
              {issues > 0 && (
                <span className={css.headIssues}>
                  {formats.number(issues)}
                  <VisuallyHidden component="span"> {t('review.issuesHere')}</VisuallyHidden>
                </span>
              )}
            </button>
            <ColumnResizer
              name={column.name}
              width={layout.widths[index] ?? 0}
              isTabStop={index === activeColumn}
              onResize={(width) => props.onResize(column, width)}
              onFit={() => props.onFit(column)}
            />
          </div>
        );
      })}
    </div>
  );
}

function nextOrder(column: string, order: 'none' | 'ascending' | 'descending'): SortOrder | null {
  if (order === 'none') return { column, isDescending: false };
  return order === 'ascending' ? { column, isDescending: true } : null;
}
