import { describe, expect, it } from 'vitest';
import { makeJob, makeProject, makeTemplate, SECRETS } from './make-records.js';
import { at, type Stage } from './store-under-test.js';

export const describeSecrets = (stage: Stage): void => {
  describe('secrets', () => {
    it('are never stored in clear text', async () => {
      const { projects, templates, jobs, idempotency } = stage.store();
      const project = makeProject(stage);
      const template = makeTemplate(stage);
      const job = makeJob(stage);
      await projects.insert(project);
      await templates.insert(template);
      const input = { ...template, name: 'Changed' };
      await templates.replace(template.projectId, template.id, {
        input,
        expectedUpdatedAt: at(0),
        updatedAt: at(1),
      });
      await jobs.insert(job);
      await jobs.change(job.projectId, job.id, { changes: { source: job.source }, now: at(1) });
      const remembered = { projectId: project.project.id, key: 'rotation', fingerprint: 'a' };
      await idempotency.begin({ ...remembered, now: at(1), expiresAt: new Date('2100-01-01') });
      const response = { status: 201, body: '{"value":"SECRET-rotated"}' };
      await idempotency.finish({ ...remembered, response, expiresAt: new Date('2100-01-01') });
      const raw = Buffer.concat(await stage.current().readRaw());
      const stored = [project.project.id, template.id, job.id, 'hooks.example.com', 'feeds.example.com'];
      expect(stored.filter((text) => !raw.includes(text))).toEqual([]);
      const inClear = [
        ...Object.values(SECRETS),
        'SECRET',
        Buffer.from('SECRET-source').toString('base64').slice(0, 16),
      ];
      expect(inClear.filter((text) => raw.includes(text))).toEqual([]);
    });
  });
};
