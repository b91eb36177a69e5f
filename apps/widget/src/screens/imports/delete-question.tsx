import type { WidgetFeedJobView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { Question } from '../../components/question.js';
import { useWidget } from '../../session/widget-context.js';

export interface DeleteQuestionProps {
  readonly job: WidgetFeedJobView;
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

/** Asks before deleting an import with its history. */
export function DeleteQuestion({ job, onCancel, onDeleted }: DeleteQuestionProps) {
  const { t, api } = useWidget();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const remove = () => {
    setIsBusy(true);
    api.deleteJob(job.id).then(onDeleted, (failure: unknown) => {
      setIsBusy(false);
      setProblem(failure);
    });
  };
  return (
    <Question title={t('delete.title', { name: job.label })} text={t('delete.text')} onCancel={onCancel}>
      {problem ? <ErrorPanel problem={problem} /> : null}
      <Button variant="default" data-autofocus onClick={onCancel}>
        {t('common.cancel')}
      </Button>
      <Button color="red.8" loading={isBusy} onClick={remove}>
        {t('delete.confirm')}
      </Button>
    </Question>
  );
}
