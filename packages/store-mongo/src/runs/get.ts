import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRun } from './run-record.js';

export const get =
  ({ models, cipher }: Context): RunStore['get'] =>
  async (projectId, runId) => {
    const record = await models.runs.findOne({ _id: runId, projectId }).lean();
    return record && toRun(record, cipher);
  };
