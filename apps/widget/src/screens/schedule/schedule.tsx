import { StepFrame } from '../../components/step-frame.js';
import { useWidget } from '../../session/widget-context.js';
import { type ScheduleForm, toSchedule } from '../../wizard/schedule-form.js';
import type { WizardHandle } from '../../wizard/state.js';
import { CronFields } from './cron-fields.js';
import { NextTimes } from './next-times.js';
import { Period } from './period.js';
import { Recurrence } from './recurrence.js';
import css from './schedule.module.css';
import { useSchedulePreview } from './use-schedule-preview.js';

/** The step that asks how often the import runs. */
export function Schedule({ state, dispatch }: WizardHandle) {
  const { t, session } = useWidget();
  const form = state.schedule;
  const change = (schedule: Partial<ScheduleForm>) => dispatch({ type: 'updateSchedule', schedule });
  const preview = useSchedulePreview(form, session.template.minIntervalMinutes);
  const isComplete = preview.problem === null && toSchedule(form) !== null;
  return (
    <StepFrame
      title={t('schedule.title')}
      why={t('schedule.why')}
      onBack={() => dispatch({ type: 'goBack' })}
      primary={t('common.next')}
      isPrimaryDisabled={!isComplete}
      onSubmit={() => dispatch({ type: 'goToStep', step: 'confirm' })}
      status={isComplete ? null : t('schedule.incomplete')}
    >
      <div className={css.columns}>
        <div className={css.form}>
          {form.kind === 'cron' ? (
            <CronFields form={form} onChange={change} />
          ) : (
            <Recurrence form={form} onChange={change} />
          )}
          <Period form={form} onChange={change} minIntervalMinutes={session.template.minIntervalMinutes} />
        </div>
        <NextTimes
          preview={preview}
          form={form}
          onChange={change}
          minIntervalMinutes={session.template.minIntervalMinutes}
        />
      </div>
    </StepFrame>
  );
}
