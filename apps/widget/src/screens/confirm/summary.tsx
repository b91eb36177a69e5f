import { describeSource } from '@inlet/contracts/sources';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Bone } from '../../components/skeletons.js';
import { useScheduleWords } from '../../session/use-schedule-words.js';
import { useWidget } from '../../session/widget-context.js';
import { mappingStatus } from '../../wizard/mapping-status.js';
import { toSchedule } from '../../wizard/schedule-form.js';
import type { WizardHandle } from '../../wizard/state.js';
import { toSource } from '../../wizard/to-source.js';
import css from './confirm.module.css';
import { SafetyRules } from './safety-rules.js';
import { selectionSentences } from './selection-sentences.js';

/** One line for each choice, with a link to change it. */
export function Summary({ state, dispatch }: WizardHandle) {
  const { t, session, formats } = useWidget();
  const [isEditingRules, setIsEditingRules] = useState(false);
  const { found, guardRails, changeDetection, schedule: form } = state;
  const { site, address } = describeSource(toSource(state.source));
  const status = mappingStatus(session.template, state.mapping);
  const rowRules = selectionSentences(state, { template: session.template, t, formats });
  const words = useScheduleWords(toSchedule(form));
  const items =
    found &&
    t(found.outline.isComplete ? 'found.items' : 'found.itemsSoFar', { n: found.outline.recordCount });
  return (
    <dl className={css.lines}>
      <Line name={t('confirm.source')} onEdit={() => dispatch({ type: 'goToStep', step: 'configure' })}>
        <p className={css.value}>{found?.feed?.title?.trim() || site}</p>
        <p className={css.quiet}>
          <span dir="ltr" className={css.url}>
            {address}
          </span>
          {items && ` · ${items}`}
        </p>
      </Line>
      <Line name={t('confirm.columns')} onEdit={() => dispatch({ type: 'goToStep', step: 'map' })}>
        <p className={css.value}>{t('map.status', { n: status.total, mapped: status.mapped })}</p>
        <p className={css.quiet}>
          {formats.list(
            session.template.columns.filter(({ key }) => state.mapping[key]).map(({ name }) => name),
          )}
        </p>
      </Line>
      {rowRules.length > 0 && (
        <Line name={t('confirm.rows')} onEdit={() => dispatch({ type: 'goToStep', step: 'map' })}>
          <ul className={css.rules}>
            {rowRules.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </Line>
      )}
      <Line name={t('confirm.schedule')} onEdit={() => dispatch({ type: 'goToStep', step: 'schedule' })}>
        {words ? <p className={css.value}>{words.text}</p> : <Bone width={240} height={42} />}
        {words?.firstAt && (
          <p className={css.quiet}>
            {t('confirm.firstAt', { when: formats.dateTime(words.firstAt, form.timeZone) })}
          </p>
        )}
      </Line>
      <Line
        name={t('confirm.safety')}
        onEdit={() => setIsEditingRules(!isEditingRules)}
        isExpanded={isEditingRules}
      >
        {isEditingRules ? (
          <SafetyRules state={state} dispatch={dispatch} />
        ) : (
          <ul className={css.rules}>
            <li>{t(`send.${changeDetection.send}`)}</li>
            {changeDetection.removed && <li>{t('rule.removed', { n: guardRails.maxRemovedPercent })}</li>}
            <li>{t('rule.invalid', { n: guardRails.maxInvalidPercent })}</li>
            {guardRails.holdWhenEmpty && <li>{t('rule.empty')}</li>}
            {guardRails.holdOnDrift && <li>{t('rule.drift')}</li>}
            <li>{t('rule.pause', { n: guardRails.pauseAfterFailures })}</li>
          </ul>
        )}
      </Line>
    </dl>
  );
}

interface LineProps {
  readonly name: string;
  readonly onEdit: () => void;
  /** Undefined for lines that do not unfold. */
  readonly isExpanded?: boolean | undefined;
  readonly children: ReactNode;
}

function Line({ name, onEdit, isExpanded, children }: LineProps) {
  const { t } = useWidget();
  return (
    <div className={css.line}>
      <dt className={css.term}>{name}</dt>
      <dd className={css.detail}>{children}</dd>
      <dd>
        <Button
          variant="subtle"
          size="compact-sm"
          className={css.edit}
          aria-label={t('confirm.editOf', { name })}
          aria-expanded={isExpanded}
          onClick={onEdit}
        >
          {isExpanded ? t('common.done') : t('common.edit')}
        </Button>
      </dd>
    </div>
  );
}
