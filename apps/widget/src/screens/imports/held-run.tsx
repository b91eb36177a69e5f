import type { Column, Repair, RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { useBasisWords, useHeldWords } from '../../session/held-words.js';
import { useWidget } from '../../session/widget-context.js';
import { HeldRunDecision } from './held-run-decision.js';
import css from './imports.module.css';

export interface HeldRunProps {
  readonly runId: string;
  /** The columns of the job. */
  readonly columns: readonly Column[];
  readonly onDecided: (run: RunView) => void;
}

/** The run that waits for a decision: the finding in words, and the decision if the template leaves it to users. */
export function HeldRun({ runId, columns, onDecided }: HeldRunProps) {
  const { t, api, session } = useWidget();
  const describe = useHeldWords();
  const nameBasis = useBasisWords(columns);
  const [run, setRun] = useState<RunView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isRepairing, setIsRepairing] = useState(false);
  const [asked, setAsked] = useState<'release' | 'discard' | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    api
      .getRun(runId, controller.signal)
      .then(setRun, (failure: unknown) => isAbort(failure) || setProblem(failure));
    return () => controller.abort();
  }, [api, runId]);
  if (!run?.held || run.decision !== null) return problem ? <ErrorPanel problem={problem} /> : null;
  const isAllowed = session.template.usersDecideHeldRuns;
  const repair = isAllowed ? run.held.repair : null;
  const decided = (decision: RunView) => {
    setRun(decision);
    onDecided(decision);
  };
  const applyRepair = ({ identifyBy }: Repair) => {
    setIsRepairing(true);
    setProblem(null);
    api
      .releaseRun(runId, { reason: t('held.repairReason'), removals: 'skip', identifyBy })
      .then(decided, setProblem)
      .finally(() => setIsRepairing(false));
  };
  return (
    <Notice tone="held" title={t('held.title')}>
      <p>{describe(run.held)}</p>
      <p>{t(repair ? 'held.repairHelp' : isAllowed ? 'held.decide' : 'held.others')}</p>
      {problem ? <ErrorPanel problem={problem} /> : null}
      {isAllowed && (
        <div className={css.decision}>
          {repair && (
            <Button size="compact-md" loading={isRepairing} onClick={() => applyRepair(repair)}>
              {t('held.repair', { basis: nameBasis(repair.identifyBy) })}
            </Button>
          )}
          <Button
            size="compact-md"
            variant={repair ? 'default' : 'filled'}
            onClick={() => setAsked('release')}
          >
            {t('held.release')}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setAsked('discard')}>
            {t('held.discard')}
          </Button>
        </div>
      )}
      {asked && (
        <HeldRunDecision run={run} action={asked} onCancel={() => setAsked(null)} onDecided={decided} />
      )}
    </Notice>
  );
}
