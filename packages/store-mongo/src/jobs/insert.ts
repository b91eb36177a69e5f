import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toJobRecord } from './job-record.js';

export const insert =
  ({ models, cipher }: Context): JobStore['insert'] =>
  async (job) => {
    await models.jobs.create(toJobRecord(job, cipher));
  };
