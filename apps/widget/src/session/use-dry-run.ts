import type { RunView } from '@inlet/contracts';
import { type Dispatch, useEffect, useRef, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import type { WizardEvent, WizardState } from '../wizard/state.js';
import { toJobInput } from '../wizard/to-job.js';
import { isRunning } from './use-follow-run.js';
import { useWidget } from './widget-context.js';

export interface DryRun {
  /** The run, live; null before it has begun, and where there is none. */
  readonly run: RunView | null;
  readonly problem: unknown;
  readonly retry: () => void;
  /** Ends it, so that the job is free for a real run. */
  readonly stop: () => Promise<void>;
}

/**
 * What the first run would do, by a real run of a draft that delivers nothing. Only for jobs that do not run yet:
 * a job that does would have to be changed for it.
 */
export function useDryRun({
  state,
  dispatch,
}: {
  state: WizardState;
  dispatch: Dispatch<WizardEvent>;
}): DryRun {
  const { api, session } = useWidget();
  const [run, setRun] = useState<RunView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(run);
  latest.current = run;
  /** A draft is made once, however often this screen is shown. */
  const draft = useRef<Promise<string> | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once when the screen opens, and when asked again.
  useEffect(() => {
    if (state.editing && !state.editing.isDraft) return;
    const input = toJobInput(state, session.template);
    if (!input) return;
    const controller = new AbortController();
    const { signal } = controller;
    const begin = async () => {
      draft.current ??= makeDraft();
      const jobId = await draft.current;
      if (signal.aborted) return;
      const begun = await api.runJob(jobId, { dryRun: true });
      setRun(begun);
      for await (const now of api.followRun(begun.id, signal)) setRun(now);
    };
    const makeDraft = async () => {
      if (state.draftJobId) {
        const changed = await api.changeJob(state.draftJobId, input);
        if (changed.activeRunId) await endRun(api, changed.activeRunId);
        return changed.id;
      }
      const { job } = await api.createJob({ ...input, isDraft: true });
      dispatch({ type: 'draftMade', jobId: job.id });
      return job.id;
    };
    setProblem(null);
    setRun(null);
    begin().catch((failure: unknown) => {
      if (signal.aborted || isAbort(failure)) return;
      draft.current = null;
      setProblem(failure);
    });
    return () => controller.abort();
  }, [attempt]);

  return {
    run,
    problem,
    retry: () => setAttempt(attempt + 1),
    stop: async () => {
      const now = latest.current;
      if (now && isRunning(now.outcome)) await endRun(api, now.id);
    },
  };
}

/** Cancels a run and waits for its end. A run that ended meanwhile is as good. */
async function endRun(api: ReturnType<typeof useWidget>['api'], runId: string): Promise<void> {
  await api.cancelRun(runId).catch(() => undefined);
  for await (const run of api.followRun(runId, AbortSignal.timeout(15_000)))
    if (!isRunning(run.outcome)) return;
}
