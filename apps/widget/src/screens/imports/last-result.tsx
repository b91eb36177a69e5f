import type { WidgetJobView } from '@inlet/contracts';
import { RunOutcomePill } from '../../components/run-outcome-pill.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';

/** How the last run ended, when, and with what. */
export function LastResult({ job: { lastRun } }: { job: WidgetJobView }) {
  const { t, formats } = useWidget();
  if (!lastRun) return <p className={css.quiet}>{t('imports.neverRan')}</p>;
  const { counts, finishedAt } = lastRun;
  const parts = (['created', 'updated', 'invalid'] as const).filter((part) => counts[part] > 0);
  return (
    <>
      <RunOutcomePill run={lastRun} />
      <p className={css.quiet} title={formats.dateTime(finishedAt)}>
        {[formats.when(finishedAt), ...parts.map((part) => t(`counts.${part}`, { n: counts[part] }))].join(
          ' · ',
        )}
      </p>
    </>
  );
}
