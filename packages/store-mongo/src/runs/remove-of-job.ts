import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const removeOfJob =
  ({ models }: Context): RunStore['removeOfJob'] =>
  async (projectId, jobId) => {
    await models.runs.deleteMany({ projectId, jobId });
  };
