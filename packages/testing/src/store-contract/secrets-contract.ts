import { describe, expect, it } from 'vitest';
import { makeJob, makeProject, makeTemplate, SECRETS } from './model-fixtures.js';
import { at, type Suite } from './store-under-test.js';

export const describeSecrets = (suite: Suite): void => {
  describe('secrets', () => {
    it('are never stored in clear text', async () => {
      const { projects, templates, jobs, idempotency } = suite.store();
      const project = makeProject(suite);
      const template = makeTemplate(suite);
      const job = makeJob(suite);
      await projects.insert(project);
      await templates.insert(template);
      const input = { ...template, name: 'Changed' };
      await templates.replace(
        { projectId: template.projectId, templateId: template.id },
        { input, expectedRevision: 1, updatedAt: at(1) },
      );
      await jobs.insert(job);
      await jobs.change(
        { projectId: job.projectId, jobId: job.id },
        { changes: { source: job.source }, now: at(1) },
      );
      const remembered = { projectId: project.project.id, key: 'rotation', fingerprint: 'a' };
      await idempotency.begin({ ...remembered, now: at(1), expiresAt: new Date('2100-01-01') });
      const response = { status: 201, body: '{"value":"SECRET-rotated"}' };
      await idempotency.finish({ ...remembered, response, expiresAt: new Date('2100-01-01') });
      const raw = Buffer.concat(await suite.current().readRaw());
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
