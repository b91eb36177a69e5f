import type { UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import frame from '../../components/step-frame.module.css';
import { useManual } from '../../manual/manual-context.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import type { Sheet } from '../../review/use-sheet.js';
import { useWidget } from '../../session/widget-context.js';
import { FinishPlanQuestion } from './finish-plan.js';
import css from './review.module.css';

export interface Finishing {
  readonly isBusy: boolean;
  readonly problem: unknown;
}

export interface ReviewFooterProps extends Pick<ManualHandle, 'dispatch'> {
  readonly upload: UploadView;
  readonly sheet: Sheet;
  readonly finishing: Finishing;
  readonly onFinishing: (finishing: Finishing) => void;
  readonly onIssue: (step: 1 | -1) => void;
}

/** The way back, what is left to correct, and the button that starts the import. */
export function ReviewFooter({
  upload,
  sheet,
  finishing,
  dispatch,
  onFinishing,
  onIssue,
}: ReviewFooterProps) {
  const { t, session, formats, host } = useWidget();
  const { uploads } = useManual();
  const { counts } = sheet;
  const ready = counts.rows - counts.invalid;
  const isChecking = upload.status === 'checking';
  const hasIdentity = session.template.identity.length > 0;
  const isBlocked = counts.invalid > 0 && !session.template.allowPartial;
  const [isPlanShown, setIsPlanShown] = useState(false);
  const finish = (revision: number) => {
    setIsPlanShown(false);
    onFinishing({ isBusy: true, problem: null });
    uploads.finish(upload.id, revision).then(
      (finished) => {
        dispatch({ type: 'receiveUpload', upload: finished });
        dispatch({ type: 'goToStep', step: 'finish' });
        const runId = finished.runIds.at(-1);
        if (runId) host.post({ type: 'rowsSubmitted', uploadId: upload.id, runId, rows: ready });
      },
      (problem: unknown) => onFinishing({ isBusy: false, problem }),
    );
  };
  return (
    <footer className={frame.footer}>
      <div className={frame.back}>
        <Button variant="default" onClick={() => dispatch({ type: 'goToStep', step: 'map' })}>
          {t('common.back')}
        </Button>
      </div>
      <div className={frame.status} aria-live="polite">
        {counts.invalid > 0 ? (
          <span className={css.next}>
            <span className={css.bad}>{t('review.needAttention', { n: counts.invalid })}</span>
            <Button size="compact-sm" variant="default" onClick={() => onIssue(-1)}>
              {t('review.previousIssue')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => onIssue(1)}>
              {t('review.nextIssue')}
            </Button>
          </span>
        ) : (
          t(sheet.isSaving ? 'review.saving' : 'review.saved')
        )}
      </div>
      <Button
        className={frame.primary}
        loading={finishing.isBusy}
        disabled={isChecking || sheet.isSaving || ready === 0 || isBlocked}
        onClick={() => (hasIdentity ? setIsPlanShown(true) : finish(sheet.revision))}
      >
        {isChecking
          ? t('review.checkingLabel')
          : t('review.finish', { n: ready, count: formats.number(ready) })}
      </Button>
      {isPlanShown && (
        <FinishPlanQuestion
          uploadId={upload.id}
          invalid={counts.invalid}
          onClose={() => setIsPlanShown(false)}
          onConfirm={finish}
        />
      )}
    </footer>
  );
}
