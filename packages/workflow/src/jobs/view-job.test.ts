import { type JobStatus, jobViewSchema, NO_COUNTS, widgetJobViewSchema } from '@inlet/contracts';
import { createIds, fakeClock, makeJob } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../access/caller.js';
import { viewJob } from './view-job.js';

const ids = { newId: createIds() };
const clock = fakeClock('2026-03-01T12:00:00.000Z');
const host: Caller = { projectId: 'prj_1' };
const userWith = (locale: string | undefined): Caller => ({
  ...host,
  user: {
    externalUserId: 'user-1',
    isSigned: true,
    templateId: 'tpl_1',
    columns: null,
    extra: { secret: 'of the session' },
    locale,
  },
});
const user = userWith('de');
const error = { code: 'delivery_gone', title: 'Gone', detail: 'https://internal.example', help: 'Look.' };

describe('the view of a job', () => {
  it('has exactly the fields of the API for the host', () => {
    const view = viewJob(makeJob(ids), host);
    expect(jobViewSchema.parse(view)).toEqual(view);
    expect(view).toHaveProperty('extra');
  });

  it('has exactly those fields without `extra` for a user', () => {
    const view = viewJob(makeJob(ids), user);
    expect(widgetJobViewSchema.parse(view)).toEqual(view);
    expect(view).not.toHaveProperty('extra');
  });

  it.each([
    ['the host', host],
    ['a user', user],
  ])('names the secrets of the source to %s, and never shows them', (_, caller) => {
    const source = {
      kind: 'url' as const,
      url: 'https://feeds.example/a',
      headers: { 'x-key': 'SECRET-key', authorization: 'SECRET-token' },
      basicAuth: { username: 'reader', password: 'SECRET-password' },
    };
    const view = viewJob(makeJob(ids, { source }), caller);
    expect(view.source).toEqual({
      kind: 'url',
      url: 'https://feeds.example/a',
      headerNames: ['authorization', 'x-key'],
      username: 'reader',
      auth: { kind: 'basic', username: 'reader' },
      request: { method: 'GET' },
      pagination: { kind: 'none' },
    });
    expect(JSON.stringify(view)).not.toContain('SECRET');
  });

  it.each<[JobStatus, boolean]>([
    ['active', true],
    ['draft', false],
    ['paused', false],
    ['ended', false],
  ])('shows the next run of a job that is %s: %s', (status, isShown) => {
    const view = viewJob(makeJob(ids, { status, nextRunAt: clock.now() }), host);
    expect(view.nextRunAt).toBe(isShown ? '2026-03-01T12:00:00.000Z' : null);
  });

  it.each([
    ['English to the host', host, 'Every 5 minutes, UTC'],
    ['English to a user without a language', userWith(undefined), 'Every 5 minutes, UTC'],
    ['the language of the user', user, 'Alle 5 Minuten, UTC'],
  ])('describes the schedule in %s', (_, caller, text) => {
    expect(viewJob(makeJob(ids), caller).scheduleText).toBe(text);
  });

  it('shows details of failed deliveries to the host alone', () => {
    const lastRun = {
      runId: ids.newId('run'),
      outcome: 'failed' as const,
      counts: NO_COUNTS,
      error,
      finishedAt: clock.now().toISOString(),
    };
    const job = makeJob(ids, { status: 'paused', pausedBecause: error, lastRun });
    const shown = ({ pausedBecause, lastRun: last }: ReturnType<typeof viewJob>) => [
      pausedBecause,
      last?.error,
    ];
    const { detail: _, ...withoutDetail } = error;
    expect(shown(viewJob(job, host))).toEqual([error, error]);
    expect(shown(viewJob(job, user))).toEqual([withoutDetail, withoutDetail]);
  });
});
