import { describe, expect, it } from 'vitest';
import { at, type Suite } from './store-under-test.js';

export const describeIdempotency = (suite: Suite): void => {
  describe('idempotency', () => {
    const makeRequest = () => ({
      projectId: suite.newId('prj'),
      key: `key $ . ${'long '.repeat(500)}`,
      fingerprint: 'a',
      now: at(0),
      expiresAt: new Date('2100-01-01'),
    });
    const response = { status: 201, body: '{"id":"job_1"}' };

    it('starts a request once, also if it arrives twice at the same time', async () => {
      const { idempotency } = suite.store();
      const request = makeRequest();
      const results = await Promise.all([1, 2, 3].map(() => idempotency.begin(request)));
      expect(results.map(({ kind }) => kind).toSorted()).toEqual(['in_progress', 'in_progress', 'started']);
    });

    it('returns the first response again, and reports another request under the same key', async () => {
      const { idempotency } = suite.store();
      const request = makeRequest();
      await idempotency.begin(request);
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({ kind: 'other_request' });
      await idempotency.finish({ ...request, response });
      expect(await idempotency.begin(request)).toEqual({ kind: 'finished', response });
      expect(await idempotency.begin({ ...request, fingerprint: 'b' })).toEqual({ kind: 'other_request' });
    });

    it('keeps an empty response', async () => {
      const { idempotency } = suite.store();
      const request = makeRequest();
      await idempotency.begin(request);
      await idempotency.finish({ ...request, response: { status: 204, body: '' } });
      const again = await idempotency.begin(request);
      expect(again).toEqual({ kind: 'finished', response: { status: 204, body: '' } });
    });

    it('separates the keys of projects', async () => {
      const { idempotency } = suite.store();
      const request = makeRequest();
      await idempotency.begin(request);
      const stranger = { ...request, projectId: suite.newId('prj') };
      expect(await idempotency.begin(stranger)).toEqual({ kind: 'started' });
      await idempotency.finish({ ...stranger, response });
      expect(await idempotency.begin(request)).toEqual({ kind: 'in_progress' });
    });

    it('frees an abandoned key, but not one with a response', async () => {
      const { idempotency } = suite.store();
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

    it('expires a key without a response earlier than one with a response', async () => {
      const { idempotency } = suite.store();
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

    it('expires a key exactly at its time, and then starts it again', async () => {
      const { idempotency } = suite.store();
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
