import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const addSkippedTick =
  ({ models }: Context): RunStore['addSkippedTick'] =>
  async (projectId, runId) => {
    await models.runs.updateOne({ _id: runId, projectId }, { $inc: { skippedTicks: 1 } });
  };
