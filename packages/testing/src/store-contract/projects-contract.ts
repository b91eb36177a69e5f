import { describe, expect, it } from 'vitest';
import { makeProject } from './make-records.js';
import type { Stage } from './store-under-test.js';

export const describeProjects = (stage: Stage): void => {
  describe('projects', () => {
    it('gives a project back with its secrets in clear', async () => {
      const project = makeProject(stage);
      await stage.store().projects.insert(project);
      expect(await stage.store().projects.get(project.project.id)).toEqual(project);
      expect(await stage.store().projects.get(stage.newId('prj'))).toBeNull();
    });

    it('finds a project by the hash of either key, and says which it was', async () => {
      const { projects } = stage.store();
      const made = makeProject(stage);
      await projects.insert(made);
      const { project } = made;
      expect(await projects.findByKeyHash(made.secretKeyHash)).toEqual({ project, kind: 'secret' });
      expect(await projects.findByKeyHash(made.publishableKeyHash)).toEqual({ project, kind: 'publishable' });
      expect(await projects.findByKeyHash('another')).toBeNull();
      expect(await projects.findByKeyHash('')).toBeNull();
    });

    it('forgets the old secret key when it is replaced', async () => {
      const { projects } = stage.store();
      const made = makeProject(stage);
      const { id } = made.project;
      await projects.insert(made);
      expect(await projects.replaceSecretKey(id, `new-hash-of-${id}`)).toBe(true);
      expect(await projects.findByKeyHash(made.secretKeyHash)).toBeNull();
      expect((await projects.findByKeyHash(`new-hash-of-${id}`))?.project.id).toBe(id);
      expect(await projects.replaceSecretKey(stage.newId('prj'), 'x')).toBe(false);
    });

    it('replaces the settings of a project, and nothing else of it', async () => {
      const { projects } = stage.store();
      const made = makeProject(stage);
      await projects.insert(made);
      const settings = { allowedOrigins: ['https://a.example', 'http://b.example:81'], isDevelopment: true };
      const project = { ...made.project, ...settings };
      expect(await projects.updateSettings(project.id, settings)).toEqual(project);
      expect(await projects.get(project.id)).toEqual({ ...made, project });
      expect(await projects.updateSettings(stage.newId('prj'), settings)).toBeNull();
    });

    it('lists projects without their secrets', async () => {
      const { projects } = stage.store();
      const made = makeProject(stage);
      await projects.insert(made);
      expect(await projects.list()).toContainEqual(made.project);
    });

    it('does not let two projects share a key', async () => {
      const { projects } = stage.store();
      const first = makeProject(stage);
      const second = makeProject(stage, { secretKeyHash: first.secretKeyHash });
      await projects.insert(first);
      await expect(projects.insert(second)).rejects.toThrow();
      expect(await projects.get(second.project.id)).toBeNull();
    });
  });
};
