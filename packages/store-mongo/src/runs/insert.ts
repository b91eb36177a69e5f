import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toRunRecord } from './run-record.js';

export const insert =
  ({ models, cipher }: Context): RunStore['insert'] =>
  async (run) => {
    await models.runs.create(toRunRecord(run, cipher));
  };
