import { describe, expect, it } from 'vitest';
import { makeProject } from './model-fixtures.js';
import { at, type Suite } from './store-under-test.js';

export const describeProjects = (suite: Suite): void => {
  describe('projects', () => {
    it('returns a project with its secrets in clear text', async () => {
      const project = makeProject(suite);
      await suite.store().projects.insert(project);
      expect(await suite.store().projects.get(project.project.id)).toEqual(project);
      expect(await suite.store().projects.get(suite.newId('prj'))).toBeNull();
    });

    it('finds a project by the hash of either key, and tells which key it is', async () => {
      const { projects } = suite.store();
      const made = makeProject(suite);
      await projects.insert(made);
      const { project } = made;
      const find = (hash: string) => projects.findByKeyHash(hash, at(0));
      expect(await find(`secret-hash-of-${project.id}`)).toEqual({
        project,
        kind: 'secret',
        validUntil: null,
      });
      expect(await find(`publishable-hash-of-${project.id}`)).toEqual({
        project,
        kind: 'publishable',
        validUntil: null,
      });
      expect(await find('another')).toBeNull();
      expect(await find('')).toBeNull();
    });

    it('finds a project by an old key until its grace period ends', async () => {
      const { projects } = suite.store();
      const made = makeProject(suite);
      const { id } = made.project;
      const key = (name: string, validUntil: Date | null) => ({
        hash: `${name}-of-${id}`,
        prefix: null,
        validUntil,
      });
      await projects.insert({ ...made, secretKeys: [key('new', null), key('old', at(10))] });
      const find = async (name: string, seconds: number) =>
        (await projects.findByKeyHash(`${name}-of-${id}`, at(seconds)))?.project.id;
      expect([await find('new', 9), await find('old', 9)]).toEqual([id, id]);
      expect([await find('new', 10), await find('old', 10)]).toEqual([id, undefined]);
      expect((await projects.findByKeyHash(`old-of-${id}`, at(9)))?.validUntil).toEqual(at(10));
    });

    it('replaces credentials unless they were changed in between', async () => {
      const { projects } = suite.store();
      const made = makeProject(suite);
      const { id } = made.project;
      await projects.insert(made);
      const { project: _, revision: expectedRevision, ...before } = made;
      const lists = {
        ...before,
        secretKeys: [{ hash: `new-hash-of-${id}`, prefix: 'inlet_sk_wxyz', validUntil: null }],
        userTokenSecrets: [{ value: 'other', validUntil: null }, ...before.userTokenSecrets],
      };
      expect(await projects.changeCredentials(id, { lists, expectedRevision })).toBe(true);
      expect(await projects.get(id)).toEqual({ ...made, ...lists, revision: 2 });
      expect(await projects.findByKeyHash(`secret-hash-of-${id}`, at(0))).toBeNull();
      expect((await projects.findByKeyHash(`new-hash-of-${id}`, at(0)))?.project.id).toBe(id);
      expect(await projects.changeCredentials(id, { lists: before, expectedRevision })).toBe(false);
      expect(await projects.get(id)).toEqual({ ...made, ...lists, revision: 2 });
      const unknown = suite.newId('prj');
      expect(await projects.changeCredentials(unknown, { lists, expectedRevision: 1 })).toBe(false);
    });

    it('replaces the settings of a project and nothing else', async () => {
      const { projects } = suite.store();
      const made = makeProject(suite);
      await projects.insert(made);
      const settings = { allowedOrigins: ['https://a.example', 'http://b.example:81'], isDevelopment: true };
      const project = { ...made.project, ...settings };
      expect(await projects.updateSettings(project.id, settings)).toEqual(project);
      expect(await projects.get(project.id)).toEqual({ ...made, project });
      const userTokens = {
        audience: 'inlet',
        requireTemplate: true,
        jwksUrl: 'https://app.example/jwks.json',
        allowHs256: false,
      };
      expect(await projects.updateSettings(project.id, { userTokens })).toEqual({ ...project, userTokens });
      expect((await projects.get(project.id))?.project).toEqual({ ...project, userTokens });
      expect(await projects.updateSettings(suite.newId('prj'), settings)).toBeNull();
    });

    it('lists projects without their secrets', async () => {
      const { projects } = suite.store();
      const made = makeProject(suite);
      await projects.insert(made);
      expect(await projects.list()).toContainEqual(made.project);
    });

    it('does not let two projects share a key', async () => {
      const { projects } = suite.store();
      const first = makeProject(suite);
      const second = makeProject(suite, { secretKeys: first.secretKeys });
      await projects.insert(first);
      await expect(projects.insert(second)).rejects.toThrow();
      expect(await projects.get(second.project.id)).toBeNull();
    });
  });
};
