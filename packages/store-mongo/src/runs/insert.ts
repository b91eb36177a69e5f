import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { LEAN } from '../create-collections.js';
import { toRunRecord } from './run-record.js';

export const insert =
  ({ collections, cipher }: Context): RunStore['insert'] =>
  async (run) => {
    await collections.runs.insertOne(toRunRecord(run, cipher), LEAN);
  };
