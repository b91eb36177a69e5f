import type { RunView } from '@inlet/contracts';
import { useEffect, useRef, useState } from 'react';
import { ApiProblem, isAbort } from '../api/api-problem.js';
import type { WizardHandle } from '../wizard/state.js';
import { toJobInput, toProposedChanges } from '../wizard/to-job.js';
import { isRunning } from './use-follow-run.js';
import { useWidget } from './widget-context.js';

export interface DryRun {
  /** The live run; null before it has started. */
  readonly run: RunView | null;
  readonly problem: unknown;
  readonly retry: () => void;
  /** Cancels the dry run and waits for its end, so that the job is free for a real run. */
  readonly stop: () => Promise<void>;
}

/**
 * Finds out what the next run would do, with a real run that delivers nothing. A new import is saved as a draft for
 * it; an existing job runs with the proposed changes, which are not saved.
 */
export function useDryRun({ state, dispatch }: WizardHandle): DryRun {
  const { api, session } = useWidget();
  const [run, setRun] = useState<RunView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(run);
  latest.current = run;
  /** The draft, created only once even if the dry run is repeated. */
  const draft = useRef<Promise<string> | null>(null);

  const startRun = async (signal: AbortSignal): Promise<RunView | null> => {
    const { editing } = state;
    if (editing && !editing.isDraft) {
      const changes = toProposedChanges(state, session.template);
      return changes && api.runJob(editing.jobId, { dryRun: true, changes });
    }
    const input = toJobInput(state, session.template);
    if (!input) return null;
    draft.current ??= saveDraft(input);
    const jobId = await draft.current;
    return signal.aborted ? null : api.runJob(jobId, { dryRun: true });
  };

  const cancel = ({ id, outcome }: RunView) => {
    if (isRunning(outcome)) api.cancelRun(id).catch(() => undefined);
  };

  const saveDraft = async (input: NonNullable<ReturnType<typeof toJobInput>>) => {
    const changed = state.draftJobId && (await unlessGone(api.changeJob(state.draftJobId, input)));
    if (changed) {
      if (changed.activeRunId) await endRun(api, changed.activeRunId);
      return changed.id;
    }
    const { job } = await api.createJob({ ...input, isDraft: true });
    dispatch({ type: 'setDraft', jobId: job.id });
    return job.id;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once when the screen opens, and again on retry.
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      const started = await startRun(signal);
      if (!started) return;
      if (signal.aborted) return cancel(started);
      setRun(started);
      for await (const now of api.followRun(started.id, signal)) setRun(now);
    };
    setProblem(null);
    setRun(null);
    follow().catch((failure: unknown) => {
      if (signal.aborted || isAbort(failure)) return;
      draft.current = null;
      setProblem(failure);
    });
    return () => {
      controller.abort();
      // The person has left the screen.
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

/** null if the draft is gone: it expires a day after its last change. */
export async function unlessGone<Answer>(request: Promise<Answer>): Promise<Answer | null> {
  try {
    return await request;
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.code === 'job_not_found') return null;
    throw problem;
  }
}

/** Cancels a run and waits for its end. Succeeds if the run has already ended. */
async function endRun(api: ReturnType<typeof useWidget>['api'], runId: string): Promise<void> {
  await api.cancelRun(runId).catch(() => undefined);
  for await (const run of api.followRun(runId, AbortSignal.timeout(15_000)))
    if (!isRunning(run.outcome)) return;
}
