import type { RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { isRunning } from '../session/use-follow-run.js';
import { useWidget } from '../session/widget-context.js';
import { problemOf } from '../texts/error-texts.js';
import { ErrorPanel } from './error-panel.js';
import css from './live-run.module.css';
import { RunOutcomePill } from './pills.js';
import { ProgressBar } from './progress-bar.js';
import { RunEffect } from './run-effect.js';

/** An active run with its progress and a stop button; then its result. */
export function LiveRun({ run }: { run: RunView }) {
  const { t, api, formats } = useWidget();
  const [isStopping, setIsStopping] = useState(false);
  const { counts, phase, outcome, error } = run;
  if (!isRunning(outcome))
    return (
      <div className={css.live} role="status">
        <RunOutcomePill outcome={outcome} />
        {error ? <ErrorPanel problem={problemOf(error)} /> : <RunEffect counts={counts} />}
      </div>
    );
  const share = counts.batches > 0 ? counts.batchesAcknowledged / counts.batches : null;
  return (
    <div className={css.live} role="status">
      <div className={css.head}>
        <span>{t(`run.phase.${phase}`)}</span>
        <Button
          size="compact-sm"
          variant="default"
          loading={isStopping}
          onClick={() => {
            setIsStopping(true);
            api.cancelRun(run.id).catch(() => setIsStopping(false));
          }}
        >
          {t('run.stop')}
        </Button>
      </div>
      <ProgressBar share={share} />
      <p className={css.quiet}>
        {t('run.progress', { n: counts.records, size: formats.bytes(counts.bytes) })}
        {share !== null && ` · ${t('run.sent', { n: counts.rowsAcknowledged })}`}
      </p>
    </div>
  );
}
