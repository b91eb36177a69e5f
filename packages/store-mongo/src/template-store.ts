import type { TemplateStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { isDuplicateKey } from './driver-errors.js';
import { pageNewestFirst, startNewestFirst } from './paging.js';
import { toTemplate, toTemplateDocument, toTemplateFields } from './template-document.js';

export const createTemplateStore = ({
  templates,
  cipher,
}: Pick<StoreContext, 'templates' | 'cipher'>): TemplateStore => ({
  async insert(template) {
    const document = await templates.check(toTemplateDocument(template, cipher));
    try {
      await templates.documents.insertOne(document);
      return 'inserted';
    } catch (error) {
      if (isDuplicateKey(error, 'code')) return 'code_taken';
      throw error;
    }
  },

  async get({ projectId, templateId }) {
    const document = await templates.documents.findOne({ _id: templateId, projectId });
    return document && toTemplate(document, cipher);
  },

  async getByCode(projectId, code) {
    const document = await templates.documents.findOne({ projectId, code });
    return document && toTemplate(document, cipher);
  },

  async list(projectId, page) {
    const documents = await templates.documents
      .find({ projectId, ...startNewestFirst(page, 'tpl') })
      .sort({ _id: -1 })
      .limit(page.limit + 1)
      .toArray();
    return pageNewestFirst(documents, {
      limit: page.limit,
      toItem: (document) => toTemplate(document, cipher),
    });
  },

  async replace({ projectId, templateId }, { input, expectedRevision, updatedAt }) {
    const fields = await templates.check({ ...toTemplateFields(input, { templateId, cipher }), updatedAt });
    try {
      const { matchedCount } = await templates.documents.updateOne(
        { _id: templateId, projectId, revision: expectedRevision },
        { $set: fields, $inc: { revision: 1 } },
      );
      return matchedCount === 1 ? 'replaced' : 'changed_meanwhile';
    } catch (error) {
      if (isDuplicateKey(error, 'code')) return 'code_taken';
      throw error;
    }
  },

  async remove({ projectId, templateId }) {
    const { deletedCount } = await templates.documents.deleteOne({ _id: templateId, projectId });
    return deletedCount === 1;
  },
});
