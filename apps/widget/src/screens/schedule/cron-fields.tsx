import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Notice } from '../../components/notice.js';
import { useWidget } from '../../session/widget-context.js';
import type { Translate } from '../../texts/create-text.js';
import { type CronCheck, checkCron } from './check-cron.js';
import type { ScheduleFieldsProps } from './recurrence.js';
import css from './schedule.module.css';

/** The field for people who know cron, checked while they type. */
export function CronFields({ form, onChange }: ScheduleFieldsProps) {
  const { t } = useWidget();
  const { expression } = form;
  const [isTyping, setIsTyping] = useState(false);
  const check = useMemo(() => checkCron(expression), [expression]);
  // An expression of fewer than five fields is not wrong before the person has finished typing.
  const isUnfinished = isTyping && check.result === 'wrong_count' && check.count < 5;
  const sentence = sentenceOf(check, t);
  const isOtherDialect = check.result === 'other_dialect';
  // The error takes the place of the help text, so that nothing below moves.
  const error = sentence !== null && !isUnfinished && !isOtherDialect ? sentence : null;
  return (
    <div className={css.stack}>
      <TextInput
        label={t('cron.label')}
        description={error === null && (isUnfinished ? sentence : t('cron.help'))}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={error ?? isOtherDialect}
        value={expression}
        classNames={{ input: css.mono ?? '' }}
        spellCheck={false}
        autoComplete="off"
        onFocus={() => setIsTyping(true)}
        onBlur={() => setIsTyping(false)}
        onChange={(event) => {
          setIsTyping(true);
          onChange({ expression: event.currentTarget.value });
        }}
      />
      {isOtherDialect && (
        <Notice tone="info" title={sentence} isAlert>
          <Replacement check={check} onUse={(replacement) => onChange({ expression: replacement })} />
        </Notice>
      )}
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

type OtherDialect = Extract<CronCheck, { result: 'other_dialect' }>;

interface ReplacementProps {
  readonly check: OtherDialect;
  readonly onUse: (expression: string) => void;
}

function Replacement({ check: { extra, replacement }, onUse }: ReplacementProps) {
  const { t } = useWidget();
  if (replacement === null)
    return <p>{t(extra === 'several_seconds' ? 'cron.onceAMinute' : 'cron.fiveFieldsOnly')}</p>;
  return (
    <>
      {extra === 'one_year' && <p>{t('cron.chooseStartAndEnd')}</p>}
      <Button
        variant="default"
        size="compact-sm"
        className={css.replacement}
        onClick={() => onUse(replacement)}
      >
        {t('cron.use', { expression: `\u2066${replacement}\u2069` })}
      </Button>
    </>
  );
}

const DIALECTS = {
  seconds: 'cron.hasSeconds',
  several_seconds: 'cron.hasSeconds',
  any_year: 'cron.hasSecondsAndYear',
  one_year: 'cron.hasSecondsAndYear',
} as const;

/** Returns null for a valid expression. */
function sentenceOf(check: CronCheck, t: Translate): string | null {
  switch (check.result) {
    case 'valid':
      return null;
    case 'wrong_count':
      return check.count === 0 ? t('cron.empty') : t('cron.count', { n: check.count });
    case 'wrong_field':
      return t(`cron.wrong.${check.field}`);
    case 'unreadable':
      return t('cron.unreadable');
    case 'other_dialect':
      return t(DIALECTS[check.extra]);
  }
}
