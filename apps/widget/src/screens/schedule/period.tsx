import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { wallOfMoment } from '../../wizard/wall-time.js';
import type { ScheduleFieldsProps } from './recurrence.js';
import css from './schedule.module.css';
import { WallField } from './wall-field.js';

const DAY_MS = 86_400_000;

/** Time zone, start and end. */
export function Period({
  form,
  onChange,
  minIntervalMinutes,
}: ScheduleFieldsProps & { minIntervalMinutes: number }) {
  const { t, timeZone: own } = useWidget();
  const zones = useMemo(() => timeZones(new Date(), own), [own]);
  const { timeZone, startsAt, endsAt } = form;
  return (
    <>
      <Select
        label={t('schedule.timeZone')}
        data={zones}
        value={timeZone}
        searchable
        allowDeselect={false}
        maxDropdownHeight={280}
        nothingFoundMessage={t('schedule.zoneNone')}
        onChange={(zone) => zone && onChange({ timeZone: zone })}
      />
      <div className={css.line}>
        <Select
          className={css.unit ?? ''}
          label={t('schedule.starts')}
          data={[
            { value: 'now', label: t('schedule.startsNow') },
            { value: 'at', label: t('schedule.onDate') },
          ]}
          value={startsAt === null ? 'now' : 'at'}
          allowDeselect={false}
          onChange={(value) =>
            onChange({ startsAt: value === 'now' ? null : wallOfMoment(Date.now() + DAY_MS, timeZone) })
          }
        />
        {startsAt !== null && (
          <WallField
            label={t('schedule.startsAt')}
            value={startsAt}
            onChange={(next) => onChange({ startsAt: next })}
          />
        )}
        <Select
          className={css.unit ?? ''}
          label={t('schedule.ends')}
          data={[
            { value: 'never', label: t('schedule.endsNever') },
            { value: 'at', label: t('schedule.onDate') },
          ]}
          value={endsAt === null ? 'never' : 'at'}
          allowDeselect={false}
          onChange={(value) =>
            onChange({ endsAt: value === 'never' ? null : wallOfMoment(Date.now() + 365 * DAY_MS, timeZone) })
          }
        />
        {endsAt !== null && (
          <WallField
            label={t('schedule.endsAt')}
            value={endsAt}
            onChange={(next) => onChange({ endsAt: next })}
          />
        )}
      </div>
      {minIntervalMinutes > 1 && (
        <p className={css.quiet}>{t('schedule.minimum', { n: minIntervalMinutes })}</p>
      )}
      {form.kind !== 'cron' && (
        <button type="button" className={css.link} onClick={() => onChange({ kind: 'cron' })}>
          {t('cron.open')}
        </button>
      )}
    </>
  );
}

interface ZoneChoice {
  readonly value: string;
  readonly label: string;
}

/** All time zones that the browser knows, including the person's, with their current offsets. */
function timeZones(now: Date, own: string): ZoneChoice[] {
  const names = new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [...names].map((value) => ({
    value,
    label: `${value.replaceAll('_', ' ')} (${offsetOf(value, now)})`,
  }));
}

function offsetOf(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(now);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return offset.replace('GMT', 'UTC').replace('-', '−');
}
