import type { MonthDay, Weekday } from '@inlet/contracts';
import { Checkbox, Select, TextInput, VisuallyHidden } from '@mantine/core';
import { TimeField } from '../../components/time-field.js';
import { useWidget } from '../../session/widget-context.js';
import { MOST_EVERY, type ScheduleForm, type ScheduleKind } from '../../wizard/schedule-form.js';
import { monthName, weekdayName, weekOf } from './calendar-names.js';
import css from './schedule.module.css';

const UNITS = ['minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;

export interface ScheduleFieldsProps {
  readonly form: ScheduleForm;
  readonly onChange: (changed: Partial<ScheduleForm>) => void;
}

/** Fields in the order of a sentence such as "Every 2 weeks on Monday at 09:00". */
export function Recurrence({ form, onChange }: ScheduleFieldsProps) {
  const { t } = useWidget();
  const { kind, every } = form;
  if (kind === 'cron') return null;
  return (
    <>
      <div className={css.line}>
        <TextInput
          className={css.number ?? ''}
          label={t('schedule.every')}
          type="number"
          min={1}
          max={MOST_EVERY[kind]}
          value={Number.isNaN(every) ? '' : every}
          error={
            !(every >= 1 && every <= MOST_EVERY[kind]) && t('schedule.everyRange', { most: MOST_EVERY[kind] })
          }
          onChange={(event) => onChange({ every: Math.round(event.currentTarget.valueAsNumber) })}
        />
        <Select
          className={css.unit ?? ''}
          label={t('schedule.unit')}
          data={UNITS.map((value) => ({
            value,
            label: t(`unit.${value}`, { n: Number.isNaN(every) ? 1 : every }),
          }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => onChange({ kind: (value ?? 'days') as ScheduleKind })}
        />
        {kind === 'hours' && (
          <TextInput
            className={css.number ?? ''}
            label={t('schedule.minute')}
            type="number"
            min={0}
            max={59}
            value={form.minute}
            onChange={(event) =>
              onChange({ minute: Math.min(59, Math.max(0, event.currentTarget.valueAsNumber || 0)) })
            }
          />
        )}
        {kind === 'years' && <MonthSelect form={form} onChange={onChange} />}
      </div>
      {kind === 'weeks' && <Weekdays form={form} onChange={onChange} />}
      {(kind === 'months' || kind === 'years') && <DayOfMonth form={form} onChange={onChange} />}
      {kind !== 'minutes' && kind !== 'hours' && (
        <div className={css.line}>
          <TimeField
            className={css.time ?? ''}
            label={t('schedule.at')}
            value={form.time}
            error={form.time === '' && t('schedule.timeMissing')}
            onChange={(time) => onChange({ time })}
          />
          {kind === 'days' && (
            <Checkbox
              className={css.beside ?? ''}
              label={t('schedule.onlyWeekdays')}
              checked={form.onlyWeekdays}
              onChange={(event) => onChange({ onlyWeekdays: event.currentTarget.checked })}
            />
          )}
        </div>
      )}
    </>
  );
}

function Weekdays({ form, onChange }: ScheduleFieldsProps) {
  const { t, language } = useWidget();
  const { weekdays } = form;
  const toggle = (day: Weekday) =>
    onChange({
      weekdays: weekdays.includes(day) ? weekdays.filter((each) => each !== day) : [...weekdays, day],
    });
  return (
    <fieldset>
      <legend className={css.label}>{t('schedule.on')}</legend>
      <div className={css.days}>
        {weekOf(language.tag).map((day) => (
          <label key={day} className={css.day}>
            <input type="checkbox" checked={weekdays.includes(day)} onChange={() => toggle(day)} />
            <span aria-hidden="true">{weekdayName(day, language.tag, 'short')}</span>
            <VisuallyHidden component="span">{weekdayName(day, language.tag, 'long')}</VisuallyHidden>
          </label>
        ))}
      </div>
      {weekdays.length === 0 && <p className={css.error}>{t('schedule.weekdayMissing')}</p>}
    </fieldset>
  );
}

function MonthSelect({ form, onChange }: ScheduleFieldsProps) {
  const { t, language } = useWidget();
  return (
    <Select
      className={css.unit ?? ''}
      label={t('schedule.month')}
      data={Array.from({ length: 12 }, (_, index) => ({
        value: String(index + 1),
        label: monthName(index + 1, language.tag),
      }))}
      value={String(form.month)}
      allowDeselect={false}
      onChange={(month) => onChange({ month: Number(month ?? 1) })}
    />
  );
}

const NTHS = ['first', 'second', 'third', 'fourth', 'last'] as const;

function DayOfMonth({ form, onChange }: ScheduleFieldsProps) {
  const { t, language } = useWidget();
  const { on } = form;
  const choose = (kind: string | null) => {
    if (kind === 'day') onChange({ on: { kind, day: 1 } });
    else if (kind === 'weekday') onChange({ on: { kind, nth: 'first', weekday: 'monday' } });
    else onChange({ on: { kind: kind as 'last_day' | 'last_working_day' } });
  };
  return (
    <div className={css.line}>
      <Select
        className={css.unit ?? ''}
        label={t('schedule.on')}
        data={(['day', 'last_day', 'weekday', 'last_working_day'] satisfies MonthDay['kind'][]).map(
          (value) => ({
            value,
            label: t(`monthDay.${value}`),
          }),
        )}
        value={on.kind}
        allowDeselect={false}
        onChange={choose}
      />
      {on.kind === 'day' && (
        <TextInput
          className={css.number ?? ''}
          label={t('schedule.day')}
          type="number"
          min={1}
          max={31}
          value={on.day}
          description={on.day > 28 ? t('schedule.dayLeftOut', { day: on.day }) : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          onChange={(event) =>
            onChange({
              on: { kind: 'day', day: Math.min(31, Math.max(1, event.currentTarget.valueAsNumber || 1)) },
            })
          }
        />
      )}
      {on.kind === 'weekday' && (
        <>
          <Select
            className={css.unit ?? ''}
            label={t('schedule.nth')}
            data={NTHS.map((value) => ({ value, label: t(`nth.${value}`) }))}
            value={on.nth}
            allowDeselect={false}
            onChange={(nth) => onChange({ on: { ...on, nth: (nth ?? 'first') as typeof on.nth } })}
          />
          <Select
            className={css.unit ?? ''}
            label={t('schedule.weekday')}
            data={weekOf(language.tag).map((value) => ({
              value,
              label: weekdayName(value, language.tag, 'long'),
            }))}
            value={on.weekday}
            allowDeselect={false}
            onChange={(weekday) => onChange({ on: { ...on, weekday: (weekday ?? 'monday') as Weekday } })}
          />
        </>
      )}
    </div>
  );
}
