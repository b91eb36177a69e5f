import { describe, expect, it } from 'vitest';
import { makeTemplate } from './model-fixtures.js';
import { INVALID_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Suite } from './store-under-test.js';

export const describeTemplates = (suite: Suite): void => {
  describe('templates', () => {
    it('returns a template unchanged, with its secrets in clear text', async () => {
      const template = makeTemplate(suite);
      expect(await suite.store().templates.insert(template)).toBe('inserted');
      expect(
        await suite.store().templates.get({ projectId: template.projectId, templateId: template.id }),
      ).toEqual(template);
    });

    it('keeps a template without a destination', async () => {
      const template = makeTemplate(suite, { destination: null, identity: [], uniqueTogether: [] });
      await suite.store().templates.insert(template);
      expect(
        await suite.store().templates.get({ projectId: template.projectId, templateId: template.id }),
      ).toEqual(template);
    });

    it('neither returns nor changes a template for another project', async () => {
      const { templates } = suite.store();
      const template = makeTemplate(suite);
      const stranger = suite.newId('prj');
      await templates.insert(template);
      expect(await templates.get({ projectId: stranger, templateId: template.id })).toBeNull();
      expect(await templates.list(stranger, { limit: 10 })).toEqual({ items: [], nextCursor: null });
      const change = { input: template, expectedRevision: 1, updatedAt: at(1) };
      expect(await templates.replace({ projectId: stranger, templateId: template.id }, change)).toBe(
        'changed_meanwhile',
      );
      expect(await templates.remove({ projectId: stranger, templateId: template.id })).toBe(false);
      expect(await templates.get({ projectId: template.projectId, templateId: template.id })).toEqual(
        template,
      );
    });

    it('accepts a code once in each project', async () => {
      const { templates } = suite.store();
      const first = makeTemplate(suite);
      const { code, projectId } = first;
      await templates.insert(first);
      expect(await templates.insert(makeTemplate(suite, { code, projectId }))).toBe('code_taken');
      expect(await templates.insert(makeTemplate(suite, { code }))).toBe('inserted');
    });

    it('finds a template by its code, in its own project only', async () => {
      const { templates } = suite.store();
      const template = makeTemplate(suite);
      await templates.insert(template);
      expect(await templates.getByCode(template.projectId, template.code)).toEqual(template);
      expect(await templates.getByCode(template.projectId, `${template.code}x`)).toBeNull();
      expect(await templates.getByCode(suite.newId('prj'), template.code)).toBeNull();
    });

    it('replaces all fields of the input, and removes those that are left out', async () => {
      const { templates } = suite.store();
      const template = makeTemplate(suite);
      const { projectId, id } = template;
      await templates.insert(template);
      const [column] = template.columns;
      const input = { ...template, columns: column ? [column] : [], destination: null, name: 'Posts' };
      const change = { input, expectedRevision: 1, updatedAt: at(1) };
      expect(await templates.replace({ projectId, templateId: id }, change)).toBe('replaced');
      expect(await templates.get({ projectId, templateId: id })).toEqual({
        ...input,
        revision: 2,
        updatedAt: at(1),
      });
    });

    it('accepts one of two changes to the same state, even if both have the same time', async () => {
      const { templates } = suite.store();
      const template = makeTemplate(suite);
      await templates.insert(template);
      const replace = (name: string) =>
        templates.replace(
          { projectId: template.projectId, templateId: template.id },
          { input: { ...template, name }, expectedRevision: 1, updatedAt: at(0) },
        );
      const results = await Promise.all([replace('a'), replace('b')]);
      expect(results.toSorted()).toEqual(['changed_meanwhile', 'replaced']);
    });

    it('refuses a change to a code that is taken', async () => {
      const { templates } = suite.store();
      const first = makeTemplate(suite);
      const second = makeTemplate(suite, { projectId: first.projectId });
      await templates.insert(first);
      await templates.insert(second);
      const change = { input: { ...second, code: first.code }, expectedRevision: 1, updatedAt: at(1) };
      expect(await templates.replace({ projectId: second.projectId, templateId: second.id }, change)).toBe(
        'code_taken',
      );
      expect(await templates.get({ projectId: second.projectId, templateId: second.id })).toEqual(second);
    });

    it('lists templates in pages, newest first', async () => {
      const { templates } = suite.store();
      const projectId = suite.newId('prj');
      const made = Array.from({ length: 5 }, () => makeTemplate(suite, { projectId }));
      for (const template of made) await templates.insert(template);
      const pages = await readAllPages((cursor) => templates.list(projectId, { limit: 2, ...cursor }));
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(made.toReversed());
      const exact = await readAllPages((cursor) => templates.list(projectId, { limit: 5, ...cursor }));
      expect(exact.map((page) => page.length)).toEqual([5]);
    });

    it.each(INVALID_CURSORS)('refuses the cursor %j', async (cursor) => {
      const listing = suite.store().templates.list(suite.newId('prj'), { limit: 2, cursor });
      await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('removes a template once', async () => {
      const { templates } = suite.store();
      const { projectId, id, ...rest } = makeTemplate(suite);
      await templates.insert({ projectId, id, ...rest });
      expect(await templates.remove({ projectId, templateId: id })).toBe(true);
      expect(await templates.remove({ projectId, templateId: id })).toBe(false);
      expect(await templates.get({ projectId, templateId: id })).toBeNull();
    });
  });
};
