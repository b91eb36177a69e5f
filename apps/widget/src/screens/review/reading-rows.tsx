import type { UploadView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { ProgressBar } from '../../components/progress-bar.js';
import { Bone } from '../../components/skeletons.js';
import frame from '../../components/step-frame.module.css';
import { useTitleFocus } from '../../components/title-focus.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

export interface ReadingRowsProps extends Pick<ManualHandle, 'dispatch'> {
  readonly upload: UploadView;
}

/** Shown until all rows of the file have been read. */
export function ReadingRows({ upload, dispatch }: ReadingRowsProps) {
  const { t } = useWidget();
  const titleRef = useTitleFocus();
  return (
    <div className={frame.frame}>
      <main className={css.body}>
        <h1 className={frame.title} tabIndex={-1} ref={titleRef}>
          {t('review.title')}
        </h1>
        <div className={css.progress} role="status">
          <p className={css.quiet}>
            {t('upload.reading')}
            {upload.counts.rows > 0 && ` · ${t('upload.rows', { n: upload.counts.rows })}`}
          </p>
          <ProgressBar share={null} label={t('upload.reading')} />
        </div>
        <Bone height={280} />
      </main>
      <footer className={frame.footer}>
        <Button variant="default" onClick={() => dispatch({ type: 'goToStep', step: 'map' })}>
          {t('common.back')}
        </Button>
      </footer>
    </div>
  );
}
