import { Button, TextInput } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import type { ScheduleFieldsProps } from './recurrence.js';
import css from './schedule.module.css';

/** For who knows cron; what it means is said beside. */
export function CronFields({ form, onChange }: ScheduleFieldsProps) {
  const { t } = useWidget();
  return (
    <div className={css.stack}>
      <TextInput
        label={t('cron.label')}
        description={t('cron.help')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={form.expression}
        classNames={{ input: css.mono ?? '' }}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ expression: event.currentTarget.value })}
      />
      <Button
        variant="default"
        size="compact-sm"
        className={css.start}
        onClick={() => onChange({ kind: 'days' })}
      >
        {t('cron.leave')}
      </Button>
    </div>
  );
}
