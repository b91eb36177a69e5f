import type { Column, Decision, RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { ErrorPanel } from '../../components/error-panel.js';
import { IssuesTable } from '../../components/issues-table.js';
import { Pill, RunOutcomePill } from '../../components/pills.js';
import { RunEffect } from '../../components/run-effect.js';
import { SourceWarnings } from '../../components/source-warnings.js';
import { useBasisWords, useHeldWords } from '../../session/held-words.js';
import { isRunning } from '../../session/use-follow-run.js';
import { useResendRejected } from '../../session/use-resend-rejected.js';
import { useWidget } from '../../session/widget-context.js';
import { errorTextCode, problemOf } from '../../texts/error-texts.js';
import css from './imports.module.css';
import { RejectedRows } from './rejected-rows.js';

export interface RunRowProps {
  readonly run: RunView;
  /** The columns of its job. */
  readonly columns: readonly Column[];
}

/** A run of the history: its outcome, when, its counts, and its issues on request. */
export function RunRow({ run: given, columns }: RunRowProps) {
  const { t, formats } = useWidget();
  const describeHeld = useHeldWords();
  const nameBasis = useBasisWords(columns);
  const describeDecision = (decision: Decision) => {
    const { action, reason } = decision;
    if (action === 'discard') return t('held.discarded', { reason });
    const { identifyBy } = decision;
    return identifyBy ? t('held.repaired', { basis: nameBasis(identifyBy) }) : t('held.released', { reason });
  };
  const [isOpen, setIsOpen] = useState(false);
  const resending = useResendRejected(given);
  const { run } = resending;
  const { counts, error, warnings, trigger, isDryRun, startedAt, finishedAt, createdAt } = run;
  const took = startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : null;
  const facts = [
    formats.when(startedAt ?? createdAt),
    t(`trigger.${trigger}`),
    ...(took === null ? [] : [formats.duration(took)]),
  ];
  return (
    <li className={css.run}>
      <div className={css.runHead}>
        <RunOutcomePill outcome={run.outcome} />
        {isDryRun && <Pill tone="none">{t('history.dryRun')}</Pill>}
        <span className={css.quiet} title={formats.dateTime(startedAt ?? createdAt)}>
          {facts.join(' · ')}
        </span>
        {(counts.issues > 0 || warnings.length > 0 || error) && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            className={css.details}
            aria-expanded={isOpen}
            rightSection={
              <IconChevronDown size={16} data-open={isOpen} className={css.turn} aria-hidden="true" />
            }
            onClick={() => setIsOpen(!isOpen)}
          >
            {counts.issues > 0 ? t('history.issues', { n: counts.issues }) : t('history.details')}
          </Button>
        )}
      </div>
      {warnings.length > 0 && !isOpen && (
        <p className={css.quiet}>{t('found.warnings', { n: warnings.length })}</p>
      )}
      {run.held && <p className={css.quiet}>{describeHeld(run.held)}</p>}
      {error && !run.held && !isOpen && (
        <p className={css.bad}>{t(`error.${errorTextCode(problemOf(error), t)}.title`)}</p>
      )}
      {run.decision && <p className={css.quiet}>{describeDecision(run.decision)}</p>}
      {run.replacedBy !== null && <p className={css.quiet}>{t('held.replaced')}</p>}
      {!isRunning(run.outcome) && !(error && counts.records === 0) && <RunEffect counts={counts} />}
      <RejectedRows resending={resending} />
      {isOpen && <SourceWarnings warnings={warnings} />}
      {isOpen && error && <ErrorPanel problem={problemOf(error)} />}
      {isOpen && counts.issues > 0 && <IssuesTable runId={run.id} total={counts.issues} />}
    </li>
  );
}
