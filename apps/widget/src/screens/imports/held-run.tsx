import type { RunView } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { isAbort } from '../../api/api-problem.js';
import { ErrorPanel } from '../../components/error-panel.js';
import { Notice } from '../../components/notice.js';
import { useHeldWords } from '../../session/held-words.js';
import { useWidget } from '../../session/widget-context.js';
import { HeldRunDecision } from './held-run-decision.js';
import css from './imports.module.css';

export interface HeldRunProps {
  readonly runId: string;
  readonly onDecided: (run: RunView) => void;
}

/** The run that waits for a decision: the finding in words, and the decision if the template leaves it to users. */
export function HeldRun({ runId, onDecided }: HeldRunProps) {
  const { t, api, session } = useWidget();
  const describe = useHeldWords();
  const [run, setRun] = useState<RunView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [asked, setAsked] = useState<'release' | 'discard' | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    api
      .getRun(runId, controller.signal)
      .then(setRun, (failure: unknown) => isAbort(failure) || setProblem(failure));
    return () => controller.abort();
  }, [api, runId]);
  if (problem) return <ErrorPanel problem={problem} />;
  if (!run?.held || run.decision !== null) return null;
  const isAllowed = session.template.usersDecideHeldRuns;
  return (
    <Notice tone="held" title={t('held.title')}>
      <p>{describe(run.held)}</p>
      <p>{t(isAllowed ? 'held.decide' : 'held.others')}</p>
      {isAllowed && (
        <div className={css.decision}>
          <Button size="compact-md" onClick={() => setAsked('release')}>
            {t('held.release')}
          </Button>
          <Button size="compact-md" variant="default" onClick={() => setAsked('discard')}>
            {t('held.discard')}
          </Button>
        </div>
      )}
      {asked && (
        <HeldRunDecision
          run={run}
          action={asked}
          onCancel={() => setAsked(null)}
          onDecided={(decided) => {
            setRun(decided);
            onDecided(decided);
          }}
        />
      )}
    </Notice>
  );
}
