import { Button } from '@mantine/core';
import { ErrorPanel } from '../../components/error-panel.js';
import type { ResendRejected } from '../../session/use-resend-rejected.js';
import { useWidget } from '../../session/widget-context.js';
import css from './imports.module.css';

export interface RejectedRowsProps {
  readonly resending: ResendRejected;
}

/** The number of rows of a run that the receiver rejected, and a button that sends them again. */
export function RejectedRows({ resending }: RejectedRowsProps) {
  const { t } = useWidget();
  const { run, rowsUnderway, isBusy, problem, resend } = resending;
  const { rowsRejected } = run.counts;
  if (rowsUnderway > 0)
    return (
      <p className={css.quiet} role="status">
        {t('history.resent', { n: rowsUnderway })}
      </p>
    );
  if (rowsRejected === 0) return null;
  return (
    <>
      <div className={css.rejected}>
        <p className={css.bad}>{t('history.rejected', { n: rowsRejected })}</p>
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={resend}>
          {t('history.resend')}
        </Button>
      </div>
      {problem ? <ErrorPanel problem={problem} /> : null}
    </>
  );
}
