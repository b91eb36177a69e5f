import { Button } from '@mantine/core';
import { ProgressBar } from '../../components/progress-bar.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

/** How much of a corrected file has been sent, and a button that stops it. */
export function SendingFile({ share, onCancel }: { readonly share: number; readonly onCancel: () => void }) {
  const { t } = useWidget();
  return (
    <div className={css.progress}>
      <div className={css.progressHead}>
        <p className={css.quiet}>{t('review.sendingCorrections')}</p>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
      {/* The server compares the rows after the last byte. */}
      <ProgressBar share={share < 1 ? share : null} label={t('review.sendingCorrections')} />
    </div>
  );
}
