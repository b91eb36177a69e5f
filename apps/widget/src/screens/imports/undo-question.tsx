import type { RunView, UndoPlan } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Question } from '../../components/question.js';
import { Bone } from '../../components/skeletons.js';
import { useWidget } from '../../session/widget-context.js';

export interface UndoQuestionProps {
  readonly runId: string;
  /** The label of the upload. */
  readonly name: string;
  readonly onCancel: () => void;
  readonly onStarted: (undo: RunView) => void;
}

/** Says what an undo would do to the rows of a run, and starts it. */
export function UndoQuestion({ runId, name, onCancel, onStarted }: UndoQuestionProps) {
  const { t, api } = useWidget();
  const [plan, setPlan] = useState<UndoPlan | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const controller = new AbortController();
    api
      .planUndo(runId, controller.signal)
      .then(setPlan, (failure: unknown) => isAbort(failure) || setProblem(failure));
    return () => controller.abort();
  }, [api, runId]);
  const undo = () => {
    setIsBusy(true);
    api.undoRun(runId).then(onStarted, (failure: unknown) => {
      setIsBusy(false);
      setProblem(failure);
    });
  };
  const canUndo = plan !== null && plan.removed + plan.restored > 0;
  return (
    <Question
      title={t('undo.title', { name })}
      text={<PlanText plan={plan} problem={problem} />}
      onCancel={onCancel}
    >
      <Button variant="default" data-autofocus onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button color="red.8" loading={isBusy} disabled={!canUndo} onClick={undo}>
        {t('undo.confirm')}
      </Button>
    </Question>
  );
}

function PlanText({ plan, problem }: { readonly plan: UndoPlan | null; readonly problem: unknown }) {
  const { t } = useWidget();
  if (problem) return <ErrorPanel problem={problem} />;
  if (!plan) return <Bone height={48} />;
  const { removed, restored, isComplete } = plan;
  const left = plan.sentAgain + plan.valuesUnknown;
  return (
    <>
      {removed > 0 && <p>{t('undo.removed', { n: removed })}</p>}
      {restored > 0 && <p>{t('undo.restored', { n: restored })}</p>}
      {left > 0 && <p>{t('undo.left', { n: left })}</p>}
      {removed + restored === 0 && <p>{t('undo.nothing')}</p>}
      {!isComplete && <p>{t('undo.more')}</p>}
    </>
  );
}
