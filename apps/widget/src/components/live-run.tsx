import type { RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { isRunning } from '../session/use-follow-run.js';
import { useWidget } from '../session/widget-context.js';
import { problemOf } from '../texts/error-texts.js';
import { ErrorPanel } from './error-panel.js';
import css from './live-run.module.css';
import { RunEffect } from './run-effect.js';
import { RunOutcomePill } from './run-outcome-pill.js';

/** A run while it goes on, with what it has done so far and a way to stop it; then what it did. */
export function LiveRun({ run }: { run: RunView }) {
  const { t, api, formats } = useWidget();
  const [isStopping, setIsStopping] = useState(false);
  const { counts, phase, outcome, error } = run;
  if (!isRunning(outcome))
    return (
      <div className={css.live} role="status">
        <RunOutcomePill run={run} />
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
      <div className={css.bar} data-known={share !== null}>
        <span style={share === null ? undefined : { width: `${Math.round(share * 100)}%` }} />
      </div>
      <p className={css.quiet}>
        {t('run.progress', { n: counts.records, size: formats.bytes(counts.bytes) })}
        {share !== null && ` · ${t('run.sent', { n: counts.rowsAcknowledged })}`}
      </p>
    </div>
  );
}
