import type { Column, Issue, SheetRowView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { useIssueText } from '../../session/issue-text.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface CellLineProps {
  readonly id: string;
  readonly row: SheetRowView | undefined;
  readonly column: Column | undefined;
  /** Those of the cell, then those of the whole row. */
  readonly issues: readonly Issue[];
  /** The message about the last change; it is shown instead of the cell. */
  readonly said: string | null;
  readonly onUndo: (() => void) | undefined;
}

/** The line below the grid: the place of the focus, and what is wrong there. */
export function CellLine({ id, row, column, issues, said, onUndo }: CellLineProps) {
  const { t, formats } = useWidget();
  const textOf = useIssueText();
  const [issue] = issues;
  const number = row?.sourceRow?.row;
  const place = row && [
    number === undefined ? t('review.addedRow') : t('review.row', { row: formats.number(number) }),
    ...(column ? [column.name] : []),
  ];
  return (
    <div className={css.line}>
      <p id={id} className={css.lineText} role="status">
        {said ?? (
          <>
            {place && <span className={css.place}>{place.join(' · ')}</span>}{' '}
            {issue && (
              <span className={css.reason} data-severity={issue.severity}>
                {issue.severity === 'error' ? (
                  <IconCircleX size={16} aria-hidden="true" />
                ) : (
                  <IconAlertTriangle size={16} aria-hidden="true" />
                )}
                {textOf(issue)}
              </span>
            )}
          </>
        )}
      </p>
      {onUndo && (
        <Button size="compact-sm" variant="default" onClick={onUndo}>
          {t('review.undo')}
        </Button>
      )}
    </div>
  );
}
