import type { RunStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { beginNewestFirst, endNewestFirst } from '../paging/newest-first.js';
import { toRun } from './run-record.js';

export const listOfJob =
  ({ models, cipher }: Context): RunStore['listOfJob'] =>
  async (projectId, { jobId, ...page }) => {
    const records = await models.runs
      .find({ projectId, jobId, ...beginNewestFirst(page) })
      .sort({ _id: -1 })
      .limit(page.limit + 1)
      .lean();
    return endNewestFirst(records, { limit: page.limit, toItem: (record) => toRun(record, cipher) });
  };
