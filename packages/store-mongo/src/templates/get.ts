import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toTemplate } from './template-record.js';

export const get =
  ({ collections, cipher }: Context): TemplateStore['get'] =>
  async (projectId, templateId) => {
    const record = await collections.templates.findOne({ _id: templateId, projectId });
    return record && toTemplate(record, cipher);
  };
