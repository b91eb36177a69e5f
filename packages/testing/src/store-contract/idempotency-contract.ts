import { describe, expect, it } from 'vitest';
import { at, type Stage } from './store-under-test.js';

export const describeIdempotency = (stage: Stage): void => {
  describe('idempotency', () => {
    const makeRequest = () => ({
      projectId: stage.newId('prj'),
      key: `key $ . ${'long '.repeat(500)}`,
      fingerprint: 'a',
      now: at(0),
      expiresAt: new Date('2100-01-01'),
    });
    const response = { status: 201, body: '{"id":"job_1"}' };

    it('starts a request once, also when it comes twice at the same time', async () => {
      const { idempotency } = stage.store();
      const request = makeRequest();
      const results = await Promise.all([1, 2, 3].map(() => idempotency.begin(request)));
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['in_progress', 'in_progress', 'started']);
    });

    it('gives the first answer again, and refuses another request under the same key', async () => {
      const { idempotency } = stage.store();
      const request = makeRequest();
      await idempotency.begin(request);
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({ kind: 'other_request' });
      await idempotency.finish({ ...request, response });
      expect(await idempotency.begin(request)).toEqual({ kind: 'finished', response });
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({ kind: 'other_request' });
    });

    it('keeps an empty answer', async () => {
      const { idempotency } = stage.store();
      const request = makeRequest();
      await idempotency.begin(request);
      await idempotency.finish({ ...request, response: { status: 204, body: '' } });
      const again = await idempotency.begin(request);
      expect(again).toEqual({ kind: 'finished', response: { status: 204, body: '' } });
    });

    it('knows the keys of each project apart', async () => {
      const { idempotency } = stage.store();
      const request = makeRequest();
      await idempotency.begin(request);
      const stranger = { ...request, projectId: stage.newId('prj') };
      expect(await idempotency.begin(stranger)).toEqual({ kind: 'started' });
      await idempotency.finish({ ...stranger, response });
      expect(await idempotency.begin(request)).toEqual({ kind: 'in_progress' });
    });

    it('lets an abandoned key be used again, but not one with an answer', async () => {
      const { idempotency } = stage.store();
      const request = makeRequest();
      await idempotency.begin(request);
      await idempotency.abandon(request);
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({ kind: 'started' });
      await idempotency.finish({ ...request, response });
      await idempotency.abandon(request);
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({
        kind: 'finished',
        response,
      });
    });

    it('forgets a key without an answer at the first time, and one with an answer at the second', async () => {
      const { idempotency } = stage.store();
      const soon = new Date('2099-01-01T00:10:00Z');
      const died = { ...makeRequest(), expiresAt: soon };
      const answered = { ...makeRequest(), expiresAt: soon };
      for (const request of [died, answered]) await idempotency.begin(request);
      const expiresAt = new Date('2099-01-02T00:00:00Z');
      await idempotency.finish({ ...answered, response, expiresAt });
      expect(await idempotency.begin({ ...died, now: soon })).toEqual({ kind: 'started' });
      const justBefore = new Date(expiresAt.getTime() - 1);
      expect(await idempotency.begin({ ...answered, now: justBefore })).toEqual({
        kind: 'finished',
        response,
      });
      expect(await idempotency.begin({ ...answered, now: expiresAt })).toEqual({ kind: 'started' });
    });

    it('forgets a key at its time, to the moment, and starts it once more', async () => {
      const { idempotency } = stage.store();
      const expiresAt = new Date('2099-01-01T00:00:10Z');
      const request = { ...makeRequest(), expiresAt };
      await idempotency.begin(request);
      await idempotency.finish({ ...request, response });
      const later = { ...request, fingerprint: 'b', expiresAt: new Date('2100-01-01') };
      const justBefore = new Date(expiresAt.getTime() - 1);
      expect(await idempotency.begin({ ...later, now: justBefore })).toEqual({ kind: 'other_request' });
      const results = await Promise.all([1, 2].map(() => idempotency.begin({ ...later, now: expiresAt })));
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['in_progress', 'started']);
    });
  });
};
