import { describe, expect, it } from 'vitest';
import { makeTemplate } from './make-records.js';
import { RUBBISH_CURSORS, readAllPages } from './read-all-pages.js';
import { at, type Stage } from './store-under-test.js';

export const describeTemplates = (stage: Stage): void => {
  describe('templates', () => {
    it('returns a template unchanged, with its secrets in clear text', async () => {
      const template = makeTemplate(stage);
      expect(await stage.store().templates.insert(template)).toBe('inserted');
      expect(await stage.store().templates.get(template.projectId, template.id)).toEqual(template);
    });

    it('keeps a template without a destination', async () => {
      const template = makeTemplate(stage, { destination: null, identity: [], uniqueTogether: [] });
      await stage.store().templates.insert(template);
      expect(await stage.store().templates.get(template.projectId, template.id)).toEqual(template);
    });

    it('neither returns nor changes a template for another project', async () => {
      const { templates } = stage.store();
      const template = makeTemplate(stage);
      const stranger = stage.newId('prj');
      await templates.insert(template);
      expect(await templates.get(stranger, template.id)).toBeNull();
      expect(await templates.list(stranger, { limit: 10 })).toEqual({ items: [], nextCursor: null });
      const change = { input: template, expectedUpdatedAt: at(0), updatedAt: at(1) };
      expect(await templates.replace(stranger, template.id, change)).toBe('changed_meanwhile');
      expect(await templates.remove(stranger, template.id)).toBe(false);
      expect(await templates.get(template.projectId, template.id)).toEqual(template);
    });

    it('accepts a code once in each project', async () => {
      const { templates } = stage.store();
      const first = makeTemplate(stage);
      const { code, projectId } = first;
      await templates.insert(first);
      expect(await templates.insert(makeTemplate(stage, { code, projectId }))).toBe('code_taken');
      expect(await templates.insert(makeTemplate(stage, { code }))).toBe('inserted');
    });

    it('finds a template by its code, in its own project only', async () => {
      const { templates } = stage.store();
      const template = makeTemplate(stage);
      await templates.insert(template);
      expect(await templates.getByCode(template.projectId, template.code)).toEqual(template);
      expect(await templates.getByCode(template.projectId, `${template.code}x`)).toBeNull();
      expect(await templates.getByCode(stage.newId('prj'), template.code)).toBeNull();
    });

    it('replaces all fields of the input, and removes those that are left out', async () => {
      const { templates } = stage.store();
      const template = makeTemplate(stage);
      const { projectId, id } = template;
      await templates.insert(template);
      const [column] = template.columns;
      const input = { ...template, columns: column ? [column] : [], destination: null, name: 'Posts' };
      const change = { input, expectedUpdatedAt: at(0), updatedAt: at(1) };
      expect(await templates.replace(projectId, id, change)).toBe('replaced');
      expect(await templates.get(projectId, id)).toEqual({ ...input, updatedAt: at(1) });
    });

    it('accepts one of two changes to the same state', async () => {
      const { templates } = stage.store();
      const template = makeTemplate(stage);
      await templates.insert(template);
      const replace = (name: string, seconds: number) =>
        templates.replace(template.projectId, template.id, {
          input: { ...template, name },
          expectedUpdatedAt: at(0),
          updatedAt: at(seconds),
        });
      const results = await Promise.all([replace('a', 1), replace('b', 2)]);
      expect(results.toSorted()).toEqual(['changed_meanwhile', 'replaced']);
    });

    it('refuses a change to a code that is taken', async () => {
      const { templates } = stage.store();
      const first = makeTemplate(stage);
      const second = makeTemplate(stage, { projectId: first.projectId });
      await templates.insert(first);
      await templates.insert(second);
      const change = { input: { ...second, code: first.code }, expectedUpdatedAt: at(0), updatedAt: at(1) };
      expect(await templates.replace(second.projectId, second.id, change)).toBe('code_taken');
      expect(await templates.get(second.projectId, second.id)).toEqual(second);
    });

    it('lists templates in pages, newest first', async () => {
      const { templates } = stage.store();
      const projectId = stage.newId('prj');
      const made = Array.from({ length: 5 }, () => makeTemplate(stage, { projectId }));
      for (const template of made) await templates.insert(template);
      const pages = await readAllPages((cursor) => templates.list(projectId, { limit: 2, ...cursor }));
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(made.toReversed());
      const exact = await readAllPages((cursor) => templates.list(projectId, { limit: 5, ...cursor }));
      expect(exact.map((page) => page.length)).toEqual([5]);
    });

    it.each(RUBBISH_CURSORS)('refuses the cursor %j', async (cursor) => {
      const listing = stage.store().templates.list(stage.newId('prj'), { limit: 2, cursor });
      await expect(listing).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('removes a template once', async () => {
      const { templates } = stage.store();
      const { projectId, id, ...rest } = makeTemplate(stage);
      await templates.insert({ projectId, id, ...rest });
      expect(await templates.remove(projectId, id)).toBe(true);
      expect(await templates.remove(projectId, id)).toBe(false);
      expect(await templates.get(projectId, id)).toBeNull();
    });
  });
};
