import type { RunOutcome, RunView } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import { useWidget } from './widget-context.js';

/** The opposite of `isFinished` of the contracts, which would load their schemas. */
export const isRunning = (outcome: RunOutcome): boolean => outcome === 'queued' || outcome === 'running';

/** Time before reconnecting after the stream of events broke. */
const RECONNECT_DELAY_MS = 2000;

/**
 * Follows a run live until it has finished; null before its first state arrives.
 *
 * @param continuations how often a finished run was continued: a larger number follows it again
 */
export function useFollowRun(
  runId: string | null,
  onFinished?: (run: RunView) => void,
  continuations = 0,
): RunView | null {
  const { api } = useWidget();
  const [run, setRun] = useState<RunView | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a different or continued run restarts the stream.
  useEffect(() => {
    setRun(null);
    if (runId === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async () => {
      while (!signal.aborted) {
        try {
          for await (const now of api.followRun(runId, signal)) {
            setRun(now);
            if (isRunning(now.outcome)) continue;
            onFinished?.(now);
            return;
          }
        } catch (error) {
          if (isAbort(error)) return;
        }
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_MS));
      }
    };
    void follow();
    return () => controller.abort();
  }, [runId, api, continuations]);
  return run?.id === runId ? run : null;
}
