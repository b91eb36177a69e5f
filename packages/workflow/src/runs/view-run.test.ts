import { deliveryViewSchema, runViewSchema } from '@inlet/contracts';
import { createIds, fakeClock, makeDelivery, makeRun } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../access/caller.js';
import { viewDelivery, viewRun } from './view-run.js';

const ids = { newId: createIds() };
const clock = fakeClock('2026-03-01T12:00:00.000Z');
const host: Caller = { projectId: 'prj_1' };
const user: Caller = {
  ...host,
  user: {
    externalUserId: 'user-1',
    isSigned: true,
    templateId: 'tpl_1',
    columns: null,
    extra: null,
    locale: undefined,
  },
};
const error = { code: 'delivery_gone', title: 'Gone', detail: 'https://internal.example', help: 'Look.' };

describe('the view of a run', () => {
  it('has exactly the fields of the API, with times as text', () => {
    const run = makeRun(ids, { startedAt: clock.now(), finishedAt: clock.advance(1500), lateMs: 7 });
    const view = viewRun(run, host);
    expect(runViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      startedAt: '2026-03-01T12:00:00.000Z',
      finishedAt: '2026-03-01T12:00:01.500Z',
      lateMs: 7,
    });
  });

  it('has a sample only if it is a dry run', () => {
    const sample = [{ rowKey: 'a' }];
    expect(viewRun(makeRun(ids, { isDryRun: true, sample }), host).sample).toEqual(sample);
    expect(viewRun(makeRun(ids, { isDryRun: false, sample }), host)).not.toHaveProperty('sample');
  });

  it.each([
    ['the host', host, error],
    ['a user, without its detail', user, { code: error.code, title: error.title, help: error.help }],
  ])('shows the error to %s', (_, caller, shown) => {
    expect(viewRun(makeRun(ids, { error }), caller).error).toEqual(shown);
  });
});

describe('the view of a delivery', () => {
  it('has exactly the fields of the API, with the times of its attempts as text', () => {
    const at = clock.now();
    const attempts = [{ at, durationMs: 12, status: 500, answer: 'no', error }];
    const { delivery } = makeDelivery(ids, {
      status: 'pending',
      attempts,
      attemptCount: 1,
      nextAttemptAt: at,
    });
    const view = viewDelivery(delivery);
    expect(deliveryViewSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({
      nextAttemptAt: at.toISOString(),
      acknowledgedAt: null,
      attempts: [{ at: at.toISOString(), status: 500, answer: 'no', error }],
    });
  });
});
