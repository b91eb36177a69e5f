import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { isDuplicateKey } from '../duplicate-key.js';
import { toTemplateFields } from './template-record.js';

export const replace =
  ({ models, cipher }: Context): TemplateStore['replace'] =>
  async (projectId, templateId, { input, expectedUpdatedAt, updatedAt }) => {
    try {
      const { matchedCount } = await models.templates.updateOne(
        { _id: templateId, projectId, updatedAt: expectedUpdatedAt },
        { $set: { ...toTemplateFields(input, { templateId, cipher }), updatedAt } },
      );
      return matchedCount === 1 ? 'replaced' : 'changed_meanwhile';
    } catch (error) {
      if (isDuplicateKey(error, 'code')) return 'code_taken';
      throw error;
    }
  };
