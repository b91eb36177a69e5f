import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toTemplate } from './template-record.js';

export const getByCode =
  ({ models, cipher }: Context): TemplateStore['getByCode'] =>
  async (projectId, code) => {
    const record = await models.templates.findOne({ projectId, code }).lean();
    return record && toTemplate(record, cipher);
  };
