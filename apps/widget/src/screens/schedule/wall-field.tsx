import { TextInput } from '@mantine/core';
import { TimeField } from '../../components/time-field.js';
import { useWidget } from '../../session/widget-context.js';
import css from './schedule.module.css';

export interface WallFieldProps {
  readonly label: string;
  /** `YYYY-MM-DDTHH:mm`; either side of the `T` may be empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A day and a time of day. */
export function WallField({ label, value, onChange }: WallFieldProps) {
  const { t } = useWidget();
  const [day = '', time = ''] = value.split('T');
  return (
    <fieldset className={css.moment} aria-label={label}>
      <TextInput
        className={css.date ?? ''}
        label={label}
        type="date"
        value={day}
        error={day === ''}
        onChange={(event) => onChange(`${event.currentTarget.value}T${time}`)}
      />
      <TimeField
        className={css.time ?? ''}
        label={t('schedule.at')}
        value={time}
        error={time === '' && t('schedule.timeMissing')}
        onChange={(next) => onChange(`${day}T${next}`)}
      />
    </fieldset>
  );
}
