import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';

export const remove =
  ({ models }: Context): TemplateStore['remove'] =>
  async (projectId, templateId) => {
    const { deletedCount } = await models.templates.deleteOne({ _id: templateId, projectId });
    return deletedCount === 1;
  };
