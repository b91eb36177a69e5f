import type { TemplateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { isDuplicateKey } from '../duplicate-key.js';
import { toTemplateRecord } from './template-record.js';

export const insert =
  ({ models, cipher }: Context): TemplateStore['insert'] =>
  async (template) => {
    try {
      await models.templates.create(toTemplateRecord(template, cipher));
      return 'inserted';
    } catch (error) {
      if (isDuplicateKey(error, 'code')) return 'code_taken';
      throw error;
    }
  };
