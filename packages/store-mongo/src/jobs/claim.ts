import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const claim =
  ({ models }: Context): JobStore['claim'] =>
  async (projectId, jobId, { runId, tick }) => {
    const free = { _id: jobId, projectId, activeRunId: null };
    const { matchedCount } =
      tick === null
        ? await models.jobs.updateOne(free, { $set: { activeRunId: runId } })
        : await models.jobs.updateOne(
            { ...free, status: 'active', nextRunAt: tick.at },
            { $set: { activeRunId: runId, nextRunAt: tick.next } },
          );
    return matchedCount === 1;
  };
