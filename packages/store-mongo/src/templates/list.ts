import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { beginNewestFirst, endNewestFirst } from '../paging/newest-first.js';
import { toTemplate } from './template-record.js';

export const list =
  ({ models, cipher }: Context): TemplateStore['list'] =>
  async (projectId, page) => {
    const records = await models.templates
      .find({ projectId, ...beginNewestFirst(page) })
      .sort({ _id: -1 })
      .limit(page.limit + 1)
      .lean();
    return endNewestFirst(records, { limit: page.limit, toItem: (record) => toTemplate(record, cipher) });
  };
