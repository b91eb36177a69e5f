import type { RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconLoader } from '@tabler/icons-react';
import { ErrorPanel } from '../../components/error-panel.js';
import { IssuesTable } from '../../components/issues-table.js';
import { ProgressBar } from '../../components/progress-bar.js';
import { Bone } from '../../components/skeletons.js';
import { useTitleFocus } from '../../components/title-focus.js';
import type { ManualHandle } from '../../manual/manual-state.js';
import { usePageDelivery } from '../../manual/use-page-delivery.js';
import { isRunning, useFollowRun } from '../../session/use-follow-run.js';
import { useWidget } from '../../session/widget-context.js';
import { problemOf } from '../../texts/error-texts.js';
import css from './finish.module.css';

export interface FinishProps extends ManualHandle {
  readonly onImports: () => void;
  readonly onNew: () => void;
  readonly onClose: () => void;
}

/** The delivery of the rows as it happens, and its result: success only once the receiver has acknowledged them. */
export function Finish({ state, dispatch, onImports, onNew, onClose }: FinishProps) {
  const { t, host, options, session } = useWidget();
  const isReview = session.reviewUploadId !== undefined;
  const { upload } = state;
  const titleRef = useTitleFocus();
  const run = useFollowRun(upload?.runIds.at(-1) ?? null, ({ id, outcome, counts }) => {
    if (upload) host.post({ type: 'importCompleted', uploadId: upload.id, runId: id, outcome, counts });
  });
  const isForPage = session.template.deliversToPage && !isReview && (run === null || isRunning(run.outcome));
  const delivery = usePageDelivery(isForPage ? (upload?.id ?? null) : null);
  if (!upload) return null;
  const stage = run === null || isRunning(run.outcome) ? 'sending' : resultOf(run);
  const Icon = {
    sending: IconLoader,
    done: IconCheck,
    rejected: IconAlertTriangle,
    failed: IconAlertTriangle,
  }[stage];
  const rejected = run?.counts.rowsRejected ?? 0;
  const acknowledged = run?.counts.rowsAcknowledged ?? 0;
  return (
    <main className={css.finish}>
      <span className={css.mark} data-state={stage} aria-hidden="true">
        <Icon size={28} stroke={2.5} />
      </span>
      <h1 className={css.title} tabIndex={-1} ref={titleRef}>
        {stage === 'sending' && t('finish.sending')}
        {stage === 'done' && t('finish.done', { n: acknowledged })}
        {stage === 'rejected' && t('finish.rejected', { n: rejected })}
        {stage === 'failed' && t('finish.failed')}
      </h1>
      <p className={css.quiet} dir="auto">
        {upload.label}
      </p>
      <div className={css.progress} role="status">
        {run === null ? <Bone height={40} /> : <Progress run={run} />}
      </div>
      {stage === 'rejected' && <p className={css.quiet}>{t('finish.rejectedHelp', { n: acknowledged })}</p>}
      {run && stage === 'rejected' && (
        <div className={css.issues}>
          <IssuesTable runId={run.id} total={run.counts.issues} />
        </div>
      )}
      {isForPage && delivery.problem !== null && (
        <ErrorPanel problem={delivery.problem} onRetry={delivery.retry} />
      )}
      {run?.error && <ErrorPanel problem={problemOf(run.error)} />}
      <div className={css.actions}>
        {(stage === 'rejected' || stage === 'failed') && (
          <Button onClick={() => dispatch({ type: 'reviewAgain' })}>
            {t(stage === 'rejected' ? 'finish.review' : 'finish.backToReview')}
          </Button>
        )}
        {stage !== 'sending' && !isReview && (
          <Button variant="default" onClick={onNew}>
            {t('finish.another')}
          </Button>
        )}
        {!isReview && (
          <Button variant="default" onClick={onImports}>
            {t('done.imports')}
          </Button>
        )}
        {!options.isInline && (
          <Button variant={stage === 'done' ? 'filled' : 'default'} onClick={onClose}>
            {t('common.close')}
          </Button>
        )}
      </div>
      {stage === 'sending' && <p className={css.quiet}>{t('finish.mayClose')}</p>}
    </main>
  );
}

function resultOf({ outcome, counts }: RunView): 'done' | 'rejected' | 'failed' {
  if (outcome === 'failed' || outcome === 'cancelled' || outcome === 'not_started') return 'failed';
  return counts.rowsRejected > 0 ? 'rejected' : 'done';
}

function Progress({ run }: { readonly run: RunView }) {
  const { t } = useWidget();
  const { counts, phase, outcome } = run;
  const total = counts.created + counts.updated;
  const share = counts.batches > 0 ? counts.batchesAcknowledged / counts.batches : null;
  return (
    <>
      {isRunning(outcome) && <ProgressBar share={share} label={t('finish.sending')} />}
      <dl className={css.facts}>
        {isRunning(outcome) && (
          <div>
            <dt>{t('finish.phase')}</dt>
            <dd>{t(`run.phase.${phase}`)}</dd>
          </div>
        )}
        <Fact name={t('finish.rows')} value={total} />
        <Fact name={t('finish.acknowledged')} value={counts.rowsAcknowledged} />
        <Fact name={t('finish.rejectedRows')} value={counts.rowsRejected} />
      </dl>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: number }) {
  const { formats } = useWidget();
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formats.number(value)}</dd>
    </div>
  );
}
