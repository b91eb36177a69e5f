import type { Observation, WorkHandlers } from '@inlet/workflow';
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

const SECOND_MS = 1000;

/** Adds an observation of a use case to the metrics. */
export function countObservation(metrics: Metrics, observation: Observation): void {
  switch (observation.kind) {
    case 'run_finished':
      metrics.runsFinished.inc({ outcome: observation.outcome });
      metrics.runSeconds.observe(observation.durationMs / SECOND_MS);
      metrics.rowsSent.inc(observation.rowsSent);
      return;
    case 'delivery_attempt':
      metrics.deliveryAttempts.inc({ result: observation.result });
      metrics.deliverySeconds.observe(observation.durationMs / SECOND_MS);
      return;
    case 'tick':
      metrics.tickLateSeconds.observe(observation.lateMs / SECOND_MS);
  }
}
