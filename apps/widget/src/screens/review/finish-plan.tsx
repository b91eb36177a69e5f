import type { FinishPlan } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { Question } from '../../components/question.js';
import { Bone } from '../../components/skeletons.js';
import { useManual } from '../../manual/manual-context.js';
import { useWidget } from '../../session/widget-context.js';
import css from './finish-plan.module.css';

export interface FinishPlanProps {
  readonly uploadId: string;
  /** Rows that need attention, and are not imported. */
  readonly invalid: number;
  readonly onClose: () => void;
  /** `revision` is the one that was shown. */
  readonly onConfirm: (revision: number) => void;
}

const COUNTS = ['created', 'updated', 'unchanged'] as const;

/** Shows what the import will change for the receiver, before it begins. */
export function FinishPlanQuestion({ uploadId, invalid, onClose, onConfirm }: FinishPlanProps) {
  const { t, formats } = useWidget();
  const { uploads } = useManual();
  const [plan, setPlan] = useState<FinishPlan | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt asks again.
  useEffect(() => {
    const stop = new AbortController();
    setProblem(null);
    uploads.plan(uploadId, stop.signal).then(setPlan, (failure: unknown) => {
      if (!stop.signal.aborted) setProblem(failure);
    });
    return () => stop.abort();
  }, [uploads, uploadId, attempt]);

  const sent = plan ? plan.created + plan.updated : 0;
  const facts = (
    <div className={css.plan} role="status">
      {problem ? <ErrorPanel problem={problem} onRetry={() => setAttempt(attempt + 1)} /> : null}
      {!plan && !problem && <Bone height={88} />}
      {plan && (
        <dl className={css.counts}>
          {COUNTS.map((name) => (
            <div key={name} className={css.count} data-count={name}>
              <dd>{formats.number(plan[name])}</dd>
              <dt>{t(`plan.${name}`)}</dt>
            </div>
          ))}
        </dl>
      )}
      {plan && plan.blankWouldClear > 0 && (
        <Notice tone="warn">
          <p>{t('plan.blanks', { n: plan.blankWouldClear, count: formats.number(plan.blankWouldClear) })}</p>
        </Notice>
      )}
      {plan && invalid > 0 && <p className={css.quiet}>{t('plan.invalid', { n: invalid })}</p>}
      {plan && sent === 0 && <p className={css.quiet}>{t('plan.nothing')}</p>}
    </div>
  );
  return (
    <Question title={t('plan.title')} text={facts} onCancel={onClose}>
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button disabled={!plan} onClick={() => plan && onConfirm(plan.revision)}>
        {t('review.finish', { n: sent, count: formats.number(sent) })}
      </Button>
    </Question>
  );
}
