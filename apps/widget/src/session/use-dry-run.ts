import type { RunView } from '@inlet/contracts';
import { type Dispatch, useEffect, useRef, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import type { WizardEvent, WizardState } from '../wizard/state.js';
import { toJobInput, toProposedChanges } from '../wizard/to-job.js';
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
 * What the next run would do, by a real run that delivers nothing: of a draft where the import is new, else of the
 * job as it would be with the changes, which stays as it is.
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

  const beginRun = async (signal: AbortSignal): Promise<RunView | null> => {
    const { editing } = state;
    if (editing && !editing.isDraft) {
      const changes = toProposedChanges(state, session.template);
      return changes && api.runJob(editing.jobId, { dryRun: true, changes });
    }
    const input = toJobInput(state, session.template);
    if (!input) return null;
    draft.current ??= makeDraft(input);
    const jobId = await draft.current;
    return signal.aborted ? null : api.runJob(jobId, { dryRun: true });
  };

  const cancel = ({ id, outcome }: RunView) => {
    if (isRunning(outcome)) api.cancelRun(id).catch(() => undefined);
  };

  const makeDraft = async (input: NonNullable<ReturnType<typeof toJobInput>>) => {
    if (state.draftJobId) {
      const changed = await api.changeJob(state.draftJobId, input);
      if (changed.activeRunId) await endRun(api, changed.activeRunId);
      return changed.id;
    }
    const { job } = await api.createJob({ ...input, isDraft: true });
    dispatch({ type: 'draftMade', jobId: job.id });
    return job.id;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once when the screen opens, and when asked again.
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const begin = async () => {
      const begun = await beginRun(signal);
      if (!begun) return;
      if (signal.aborted) return cancel(begun);
      setRun(begun);
      for await (const now of api.followRun(begun.id, signal)) setRun(now);
    };
    setProblem(null);
    setRun(null);
    begin().catch((failure: unknown) => {
      if (signal.aborted || isAbort(failure)) return;
      draft.current = null;
      setProblem(failure);
    });
    return () => {
      controller.abort();
      // Nobody looks at it any more.
      if (latest.current) cancel(latest.current);
    };
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
