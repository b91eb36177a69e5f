import type { WorkHandlers } from '@inlet/workflow';
import type { Metrics } from './create-metrics.js';

/** Wraps handlers so that the metrics count the runs in progress. A tick counts as a run from its start. */
export function measureWork(handlers: WorkHandlers, { activeRuns }: Metrics): WorkHandlers {
  const counted = async <Result>(work: Promise<Result>): Promise<Result> => {
    activeRuns.inc();
    try {
      return await work;
    } finally {
      activeRuns.dec();
    }
  };
  return {
    ...handlers,
    tick: (work, options) => counted(handlers.tick(work, options)),
    run: (work, options) => counted(handlers.run(work, options)),
  };
}
