import type { RunOutcome, RunView } from '@inlet/contracts';
import { useEffect, useState } from 'react';
import { isAbort } from '../api/api-problem.js';
import { useWidget } from './widget-context.js';

/** As `isFinished` of the contracts, which would bring their schemas along. */
export const isRunning = (outcome: RunOutcome): boolean => outcome === 'queued' || outcome === 'running';

/** How long until another try, after the events broke off. */
const AGAIN_MS = 2000;

/** A run as it is now, followed live until it has finished; null before it is known. */
export function useFollowRun(runId: string | null, onFinished?: (run: RunView) => void): RunView | null {
  const { api } = useWidget();
  const [run, setRun] = useState<RunView | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another run is followed anew.
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
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    void follow();
    return () => controller.abort();
  }, [runId, api]);
  return run?.id === runId ? run : null;
}
