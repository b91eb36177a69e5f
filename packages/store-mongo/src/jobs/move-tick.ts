import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { movedTo } from './moved-to.js';

export const moveTick =
  ({ models }: Context): JobStore['moveTick'] =>
  async (projectId, jobId, { at, next, isQueued }) => {
    const due = { _id: jobId, projectId, nextRunAt: at };
    const { matchedCount } = isQueued
      ? await models.jobs.updateOne(
          // without an active run nobody would take the tick up
          { ...due, activeRunId: { $ne: null } },
          // the job has not ended while a tick waits
          { $set: { nextRunAt: next, hasQueuedTick: true } },
        )
      : await models.jobs.updateOne(due, { $set: movedTo(next) });
    return matchedCount === 1;
  };
