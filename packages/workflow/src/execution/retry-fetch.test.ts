import { type ErrorCode, InletError } from '@inlet/contracts';
import { createIds, makeJob, makeRun } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';
import { retryFetchAt } from './retry-fetch.js';

const NOW = new Date('2026-01-05T09:00:00Z');
const ids = { newId: createIds() };
const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

interface Attempt {
  readonly code?: ErrorCode;
  readonly run?: Partial<Run>;
  readonly nextRunAt?: Date | null;
  readonly retryAfterMs?: number;
}

/** Minutes until the next fetch; null without one. */
function retryInMinutes({ code = 'source_timeout', run, nextRunAt = inMinutes(60), retryAfterMs }: Attempt) {
  const at = retryFetchAt({ now: () => NOW } as Context, {
    failure: new InletError(code, { extra: retryAfterMs === undefined ? {} : { retryAfterMs } }),
    run: makeRun(ids, { trigger: 'schedule', ...run }),
    job: makeJob(ids, { nextRunAt }),
  });
  return at && (at.getTime() - NOW.getTime()) / 60_000;
}

describe('a scheduled run whose source failed', () => {
  it.each([
    [0, 1],
    [1, 5],
    [2, 15],
    [3, null],
  ])('after %i earlier failures fetches again in %s minutes', (failedFetches, minutes) => {
    expect(retryInMinutes({ run: { failedFetches } })).toBe(minutes);
  });

  it.each<ErrorCode>([
    'source_dns_failed',
    'source_refused',
    'source_unreachable',
    'source_too_slow',
    'source_rate_limited',
    'source_server_error',
    'source_interrupted',
  ])('fetches again after %s', (code) => {
    expect(retryInMinutes({ code })).toBe(1);
  });

  it.each<ErrorCode>([
    'source_not_found',
    'source_gone',
    'source_too_large',
    'run_cancelled',
    'run_held_empty',
  ])('does not fetch again after %s', (code) => {
    expect(retryInMinutes({ code })).toBeNull();
  });

  it('waits as long as the source asks, but never less than its own delay', () => {
    expect(retryInMinutes({ retryAfterMs: 600_000 })).toBe(10);
    expect(retryInMinutes({ retryAfterMs: 1000 })).toBe(1);
  });

  it('leaves the fetch to the next tick if that is due before', () => {
    expect(retryInMinutes({ nextRunAt: inMinutes(1) })).toBeNull();
    expect(retryInMinutes({ nextRunAt: inMinutes(5), retryAfterMs: 600_000 })).toBeNull();
    expect(retryInMinutes({ nextRunAt: null })).toBeNull();
  });
});

it('a run that somebody started is not fetched again', () => {
  expect(retryInMinutes({ run: { trigger: 'api' } })).toBeNull();
  expect(retryInMinutes({ run: { trigger: 'person' } })).toBeNull();
});
