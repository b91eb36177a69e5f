import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toTemplate } from './template-record.js';

export const get =
  ({ models, cipher }: Context): TemplateStore['get'] =>
  async (projectId, templateId) => {
    const record = await models.templates.findOne({ _id: templateId, projectId }).lean();
    return record && toTemplate(record, cipher);
  };
