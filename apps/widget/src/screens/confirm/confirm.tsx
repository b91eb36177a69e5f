import type { RunView, WidgetFeedJobView } from '@inlet/contracts';
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { StepFrame } from '../../components/step-frame.js';
import { TextField } from '../../components/text-field.js';
import { unlessGone, useDryRun } from '../../session/use-dry-run.js';
import { useWidget } from '../../session/widget-context.js';
import type { WizardHandle } from '../../wizard/state.js';
import { toJobInput, toJobPatch } from '../../wizard/to-job.js';
import css from './confirm.module.css';
import { RunPreview } from './run-preview.js';
import { Summary } from './summary.js';

/** The last step: shows what was chosen and what the next run would do, and saves the import. */
export function Confirm({ state, dispatch }: WizardHandle) {
  const { t, api, session, host } = useWidget();
  const { editing } = state;
  const isChange = editing !== null && !editing.isDraft;
  const dryRun = useDryRun({ state, dispatch });
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function saveChanges(jobId: string) {
    const patch = toJobPatch(state, session.template);
    if (!patch) return;
    await dryRun.stop();
    const job = await api.changeJob(jobId, patch);
    host.post({ type: 'jobUpdated', jobId: job.id, status: job.status });
    dispatch({ type: 'finish', job, run: null });
  }

  /** Turns the draft of the dry run into the job, or creates the job. */
  async function createJob() {
    const input = toJobInput(state, session.template);
    if (!input && !state.draftJobId) return;
    await dryRun.stop();
    const patch = toJobPatch(state, session.template);
    const draft = state.draftJobId && patch && (await unlessGone(api.changeJob(state.draftJobId, patch)));
    if (draft) {
      const job = await api.resumeJob(draft.id);
      const run = state.runNow ? await api.runJob(job.id, { dryRun: false }) : null;
      return finish(job, run);
    }
    if (!input) return;
    const { job, run } = await api.createJob({ ...input, runNow: state.runNow });
    return finish(job, run);
  }

  function finish(job: WidgetFeedJobView, run: RunView | null) {
    host.post({ type: 'jobCreated', jobId: job.id });
    dispatch({ type: 'finish', job, run });
  }

  const submit = () => {
    setIsBusy(true);
    setProblem(null);
    const saving = isChange ? saveChanges(editing.jobId) : createJob();
    saving.catch((failure: unknown) => setProblem(failure)).finally(() => setIsBusy(false));
  };
  return (
    <StepFrame
      title={t(isChange ? 'confirm.changeTitle' : 'confirm.title')}
      why={t(isChange ? 'confirm.changeWhy' : 'confirm.why')}
      onBack={() => dispatch({ type: 'goBack' })}
      primary={t(isChange ? 'confirm.save' : 'confirm.start')}
      isBusy={isBusy}
      isPrimaryDisabled={state.label.trim() === ''}
      onSubmit={submit}
    >
      {problem ? <ErrorPanel problem={problem} onRetry={submit} /> : null}
      <TextField
        className={css.name ?? ''}
        label={t('confirm.name')}
        description={t('confirm.nameHelp')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={state.label}
        maxLength={200}
        error={state.label.trim() === '' && t('confirm.nameMissing')}
        onChange={(label) => dispatch({ type: 'setLabel', label })}
      />
      {!isChange && (
        <Checkbox
          label={t('confirm.runNow')}
          description={t('confirm.runNowHelp')}
          checked={state.runNow}
          onChange={(event) => dispatch({ type: 'setRunNow', runNow: event.currentTarget.checked })}
        />
      )}
      <RunPreview dryRun={dryRun} isChange={isChange} send={state.changeDetection.send} />
      <Summary state={state} dispatch={dispatch} />
    </StepFrame>
  );
}
