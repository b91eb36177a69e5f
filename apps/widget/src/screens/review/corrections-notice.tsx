import type { CorrectionsResult } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface CorrectionsNoticeProps {
  readonly result: CorrectionsResult;
  readonly onUndo: () => void;
  readonly onClose: () => void;
}

/** Says what a corrected file has changed, and what of it was not understood. */
export function CorrectionsNotice({ result, onUndo, onClose }: CorrectionsNoticeProps) {
  const { t, formats } = useWidget();
  const { cells, conflicts, unmatchedRows, unmatchedExamples, unknownColumns } = result;
  const changed = cells - conflicts.length;
  const isDoubtful = unmatchedRows > 0 || unknownColumns.length > 0;
  return (
    <Notice tone={isDoubtful ? 'warn' : 'info'} isAlert>
      <p>
        {changed > 0
          ? t('review.corrected', { n: changed, count: formats.number(changed) })
          : t('review.correctedNothing')}
      </p>
      {unmatchedRows > 0 && (
        <p>{t('review.unmatchedRows', { n: unmatchedRows, rows: unmatchedExamples.join(', ') })}</p>
      )}
      {unknownColumns.length > 0 && (
        <p>{t('review.unknownColumns', { n: unknownColumns.length, columns: unknownColumns.join(', ') })}</p>
      )}
      <div className={css.choices}>
        {changed > 0 && (
          <Button size="compact-sm" variant="default" onClick={onUndo}>
            {t('review.undo')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </Notice>
  );
}
