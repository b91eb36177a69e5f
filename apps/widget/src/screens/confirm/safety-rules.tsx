import { Checkbox, Radio, TextInput } from '@mantine/core';
import { useWidget } from '../../session/widget-context.js';
import type { WizardHandle } from '../../wizard/state.js';
import css from './confirm.module.css';

const SENDS = ['new', 'new_and_changed', 'all'] as const;

/** The settings for which rows are sent, and when a run sends nothing. */
export function SafetyRules({ state, dispatch }: WizardHandle) {
  const { t } = useWidget();
  const { guardRails, changeDetection } = state;
  const updateGuardRails = (changed: Partial<typeof guardRails>) =>
    dispatch({ type: 'updateGuardRails', guardRails: changed });
  const updateChangeDetection = (changed: Partial<typeof changeDetection>) =>
    dispatch({ type: 'updateChangeDetection', changeDetection: changed });
  return (
    <div className={css.safety}>
      <Radio.Group
        label={t('safety.send')}
        value={changeDetection.send}
        onChange={(send) => updateChangeDetection({ send: send as (typeof SENDS)[number] })}
      >
        <div className={css.options}>
          {SENDS.map((send) => (
            <Radio key={send} value={send} label={t(`send.${send}`)} />
          ))}
        </div>
      </Radio.Group>
      <Checkbox
        label={t('safety.removed')}
        checked={changeDetection.removed}
        onChange={(event) => updateChangeDetection({ removed: event.currentTarget.checked })}
      />
      {changeDetection.removed && (
        <Amount
          label={t('safety.maxRemoved')}
          value={guardRails.maxRemovedPercent}
          most={100}
          onChange={(maxRemovedPercent) => updateGuardRails({ maxRemovedPercent })}
        />
      )}
      <Amount
        label={t('safety.maxInvalid')}
        value={guardRails.maxInvalidPercent}
        most={100}
        onChange={(maxInvalidPercent) => updateGuardRails({ maxInvalidPercent })}
      />
      <Checkbox
        label={t('safety.empty')}
        checked={guardRails.holdWhenEmpty}
        onChange={(event) => updateGuardRails({ holdWhenEmpty: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('safety.drift')}
        checked={guardRails.holdOnDrift}
        onChange={(event) => updateGuardRails({ holdOnDrift: event.currentTarget.checked })}
      />
      <Amount
        label={t('safety.pause')}
        value={guardRails.pauseAfterFailures}
        least={1}
        most={1000}
        onChange={(pauseAfterFailures) => updateGuardRails({ pauseAfterFailures })}
      />
    </div>
  );
}

interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly least?: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

function Amount({ label, value, least = 0, most, onChange }: AmountProps) {
  return (
    <TextInput
      label={label}
      type="number"
      min={least}
      max={most}
      value={value}
      styles={{ input: { width: 96 } }}
      onChange={(event) => {
        const next = event.currentTarget.valueAsNumber;
        onChange(Math.min(most, Math.max(least, Number.isNaN(next) ? least : Math.round(next))));
      }}
    />
  );
}
