import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const claim =
  ({ models }: Context): JobStore['claim'] =>
  async (projectId, jobId, { runId, tickAt }) => {
    const free = { _id: jobId, projectId, activeRunId: null };
    const { matchedCount } =
      tickAt === null
        ? await models.jobs.updateOne(free, { $set: { activeRunId: runId } })
        : await models.jobs.updateOne(
            // earlier ticks are taken together with a later one
            { ...free, $or: [{ lastTickAt: null }, { lastTickAt: { $lt: tickAt } }] },
            { $set: { activeRunId: runId, lastTickAt: tickAt } },
          );
    return matchedCount === 1;
  };
