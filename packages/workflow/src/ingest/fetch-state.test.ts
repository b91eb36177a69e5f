import { createHash } from 'node:crypto';
import { NO_COUNTS, type Source, sourceSettings } from '@inlet/contracts';
import { createIds, makeJob, makeTemplate } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import type { FeedJob, FetchState } from '../ports/model.js';
import { configHash, followMove, knownBody, moveState, vanishedPaths } from './fetch-state.js';

const ids = { newId: createIds() };
const template = makeTemplate(ids);
const job = makeJob(ids);
const { fetchState: NOT_FETCHED } = job;

describe('the config hash', () => {
  it.each<[string, Partial<FeedJob>]>([
    ['address', { source: { kind: 'url', url: 'https://feeds.example.com/other' } }],
    ['record path', { recordPath: '/feed/entry' }],
    ['parse options', { parseOptions: { encoding: 'utf-8' } }],
    ['mapping', { mapping: [{ column: 'title', path: 'name' }] }],
    ['change detection', { changeDetection: { send: 'new', removed: false, ignoreColumns: [] } }],
    ['identity', { identity: { by: 'content' } }],
    ['filter', { filter: { match: 'all', include: true, conditions: [{ column: 'title', op: 'empty' }] } }],
  ])('changes with the %s of the job', (_, change) => {
    expect(configHash({ ...job, ...change }, template)).not.toBe(configHash(job, template));
  });

  it.each<[string, Partial<typeof template>]>([
    ['columns', { columns: template.columns.slice(0, 1) }],
    ['identity', { identity: [] }],
    ['unique columns', { uniqueTogether: [] }],
  ])('changes with the %s of the template', (_, change) => {
    expect(configHash(job, { ...template, ...change })).not.toBe(configHash(job, template));
  });

  it('is the same as before a setting came, while that has the value which stored documents got', () => {
    const { ignoreColumns: _, ...changeDetection } = job.changeDetection;
    const withOnInvalid = (onInvalid?: 'reject') => ({
      ...template,
      columns: template.columns.map((column) => ({ ...column, onInvalid })),
    });
    const parts = [
      sourceSettings(job.source),
      job.recordPath,
      job.parseOptions,
      job.mapping,
      changeDetection,
      template.columns,
      template.identity,
      template.uniqueTogether,
    ];
    const before = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    expect(configHash(job, withOnInvalid('reject'))).toBe(before);
    expect(configHash(job, withOnInvalid())).not.toBe(before);
  });

  it('does not change with anything that has no effect on how a body is read', () => {
    const changed = { ...job, label: 'x', nextRunAt: null, revision: 7, schedule: job.schedule };
    const source: Source = { ...job.source, headers: { 'x-key': 'another' } };
    expect(configHash({ ...changed, source }, { ...template, name: 'x', destination: null })).toBe(
      configHash(job, template),
    );
  });
});

describe('a permanent redirect', () => {
  const source: Source = { kind: 'url', url: 'https://a.example/feed' };
  const [movedFrom, movedTo] = ['https://a.example/feed', 'https://a.example/new'];
  const known = (change: Partial<FetchState>): FetchState => ({ ...NOT_FETCHED, ...change });

  it('is counted in runs in a row with the same address', () => {
    const first = moveState(source, { known: NOT_FETCHED, movedTo });
    expect(first).toEqual({ movedFrom, movedTo, movedTimes: 1 });
    expect(moveState(source, { known: known(first), movedTo })).toEqual({
      movedFrom,
      movedTo,
      movedTimes: 2,
    });
  });

  it('is counted from the beginning for another address, or another source', () => {
    const twice = known({ movedFrom, movedTo, movedTimes: 2 });
    const elsewhere = 'https://a.example/elsewhere';
    expect(moveState(source, { known: twice, movedTo: elsewhere })).toMatchObject({ movedTimes: 1 });
    const other: Source = { kind: 'url', url: 'https://a.example/other' };
    expect(moveState(other, { known: twice, movedTo })).toMatchObject({ movedTimes: 1 });
  });

  it('is forgotten after a run without it', () => {
    const twice = known({ movedFrom, movedTo, movedTimes: 2 });
    expect(moveState(source, { known: twice, movedTo: null })).toEqual({
      movedFrom: null,
      movedTo: null,
      movedTimes: 0,
    });
  });

  it('is followed after three runs, and then kept', () => {
    const thrice = known({ movedFrom, movedTo, movedTimes: 3 });
    expect(followMove(source, known({ movedFrom, movedTo, movedTimes: 2 }))).toEqual(source);
    expect(followMove(source, thrice)).toEqual({ ...source, url: movedTo });
    expect(moveState(source, { known: thrice, movedTo: null })).toMatchObject({ movedTo, movedTimes: 3 });
  });

  it('is not followed by secrets to another server', () => {
    const away = known({ movedFrom, movedTo: 'https://b.example/feed', movedTimes: 3 });
    const withSecret: Source = { ...source, headers: { 'x-key': 'secret' } };
    expect(followMove(withSecret, away)).toEqual(withSecret);
    expect(followMove(source, away)).toEqual({ ...source, url: 'https://b.example/feed' });
  });

  it('of an earlier address has no effect on a changed source', () => {
    const changed: Source = { kind: 'url', url: 'https://a.example/changed' };
    expect(followMove(changed, known({ movedFrom, movedTo, movedTimes: 3 }))).toEqual(changed);
  });
});

describe('the known body', () => {
  const body = { digest: 'd', bytes: 9 };

  it('is remembered with its findings if none of its rows has an issue', () => {
    const counts = { ...NO_COUNTS, records: 3, excluded: 1, empty: 2 };
    expect(knownBody(body, { counts, warnings: [], incomplete: null })).toEqual({
      ...body,
      records: 3,
      excluded: 1,
      empty: 2,
      warnings: [],
    });
  });

  it.each([
    ['was not read as a whole', null, { records: 3 }],
    ['has rows with issues', body, { records: 3, issues: 1 }],
    ['has no records', body, { records: 0 }],
  ])('is not remembered if it %s', (_, digest, counts) => {
    const findings = { counts: { ...NO_COUNTS, ...counts }, warnings: [], incomplete: null };
    expect(knownBody(digest, findings)).toBeNull();
  });

  it('is not remembered without the expected line end, because it is complete if it comes again', () => {
    const incomplete = { reason: 'line_end_missing', message: 'The last line has no line end.' } as const;
    expect(knownBody(body, { counts: { ...NO_COUNTS, records: 3 }, warnings: [], incomplete })).toBeNull();
  });
});

it('a path has vanished if it is still mapped and had a value before, but not now', () => {
  const known = { ...NOT_FETCHED, pathsWithValues: ['title', 'price', 'unmapped'] };
  const now = { mapped: ['title', 'price', 'new'], present: ['title'] };
  expect(vanishedPaths(known, now)).toEqual(['price']);
});
