import { JOB_STATUSES, type JobStatus } from '@inlet/contracts';
import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const counts =
  ({ models }: Context): JobStore['counts'] =>
  async () => {
    const numbers: Record<JobStatus, number> = { draft: 0, active: 0, paused: 0, ended: 0 };
    // one count a status is answered from the index; grouping would read it entry by entry
    const count = async (status: JobStatus) => {
      numbers[status] = await models.jobs.countDocuments({ status });
    };
    await Promise.all(JOB_STATUSES.map(count));
    return numbers;
  };
