import type { Column } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { Notice } from '../../components/notice.js';
import type { CellConflict } from '../../review/use-sheet.js';
import { useWidget } from '../../session/widget-context.js';

/** Conflicts that are listed; the others are counted. */
const MOST_SHOWN = 3;

export interface ConflictNoticeProps {
  readonly conflicts: readonly CellConflict[];
  readonly columns: readonly Column[];
  readonly onClose: () => void;
}

/** Cells that somebody else changed at the same time: they keep the other text. */
export function ConflictNotice({ conflicts, columns, onClose }: ConflictNoticeProps) {
  const { t } = useWidget();
  const nameOf = (key: string) => columns.find((column) => column.key === key)?.name ?? key;
  return (
    <Notice tone="warn" title={t('review.conflictTitle', { n: conflicts.length })} isAlert>
      <ul>
        {conflicts.slice(0, MOST_SHOWN).map(({ row, column, text }) => (
          <li key={`${row} ${column}`}>
            {t('review.conflict', { column: nameOf(column), text: text ?? '' })}
          </li>
        ))}
      </ul>
      <div>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </Notice>
  );
}
