import { Button } from '@mantine/core';
import { ErrorPanel } from '../../components/error-panel.js';
import { Bone } from '../../components/skeletons.js';
import { useWidget } from '../../session/widget-context.js';
import type { ScheduleForm } from '../../wizard/schedule-form.js';
import css from './schedule.module.css';
import type { SchedulePreviewState } from './use-schedule-preview.js';

export interface NextTimesProps {
  readonly preview: SchedulePreviewState;
  readonly form: ScheduleForm;
  readonly onChange: (changed: Partial<ScheduleForm>) => void;
  readonly minIntervalMinutes: number;
}

/** The schedule as a sentence, and its next times in its zone and in UTC. */
export function NextTimes({
  preview: { preview, isStale, problem },
  form,
  onChange,
  minIntervalMinutes,
}: NextTimesProps) {
  const { t, formats } = useWidget();
  // The cron field itself explains an invalid expression.
  const isExplained = form.kind === 'cron' && problem?.code === 'schedule_cron_invalid';
  if (problem && !isExplained)
    return (
      <section className={css.next} aria-label={t('schedule.next')}>
        <ErrorPanel
          problem={problem}
          actions={
            problem.code === 'schedule_interval_too_short' && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => onChange(shortestSchedule(minIntervalMinutes))}
              >
                {t('schedule.useMinimum', { n: minIntervalMinutes })}
              </Button>
            )
          }
        />
      </section>
    );
  return (
    <section className={css.next} aria-label={t('schedule.next')} aria-busy={isStale}>
      {preview ? (
        <div className={isStale ? css.stale : css.fresh}>
          <p className={css.sentence} aria-live="polite">
            {preview.text}
          </p>
          <h2 className={css.label}>{t('schedule.next')}</h2>
          <ol className={css.times}>
            {preview.next.map(({ at }) => (
              <li key={at} className={css.moments}>
                <time dateTime={at}>{formats.dateTime(at, form.timeZone)}</time>
                {form.timeZone !== 'UTC' && <span className={css.utc}>{formats.utc(at)} UTC</span>}
              </li>
            ))}
          </ol>
          {preview.next.length === 0 && <p className={css.quiet}>{t('schedule.noNext')}</p>}
        </div>
      ) : (
        <>
          <Bone width="80%" height={20} />
          <Bone height={140} />
        </>
      )}
    </section>
  );
}

/** The shortest schedule allowed, in the largest unit that divides it exactly. */
function shortestSchedule(minutes: number): Partial<ScheduleForm> {
  if (minutes % 1440 === 0) return { kind: 'days', every: minutes / 1440 };
  if (minutes % 60 === 0) return { kind: 'hours', every: minutes / 60 };
  return { kind: 'minutes', every: minutes };
}
