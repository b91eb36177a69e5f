import type { JobStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { beginNewestFirst, endNewestFirst } from '../paging/newest-first.js';
import { toJob } from './job-record.js';

export const listOfUser =
  ({ models, cipher }: Context): JobStore['listOfUser'] =>
  async (projectId, { externalUserId, templateId, ...page }) => {
    const ofTemplate = templateId === undefined ? {} : { templateId };
    const records = await models.jobs
      .find({ projectId, externalUserId, ...ofTemplate, ...beginNewestFirst(page) })
      .sort({ _id: -1 })
      .limit(page.limit + 1)
      .lean();
    return endNewestFirst(records, { limit: page.limit, toItem: (record) => toJob(record, cipher) });
  };
