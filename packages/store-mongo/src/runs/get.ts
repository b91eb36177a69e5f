import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRun } from './run-record.js';

export const get =
  ({ collections, cipher }: Context): RunStore['get'] =>
  async (projectId, runId) => {
    const record = await collections.runs.findOne({ _id: runId, projectId });
    return record && toRun(record, cipher);
  };
