import { columnSchema, type ProposedChanges, type Source } from '@inlet/contracts';
import { createIds, makeJob, makeTemplate } from '@inlet/testing';
import { describe, expect, it } from 'vitest';
import { proposeChanges } from './propose-changes.js';

const ids = { newId: createIds() };
const template = makeTemplate(ids);
const pagination = { kind: 'declared', maxPages: 20 };
const basicAuth = { username: 'reader', password: 'p' };
const STORED: Source = { kind: 'url', url: 'https://a.example/feed', headers: { 'x-key': 'k' }, basicAuth };
const job = makeJob(ids, { source: STORED, mapping: [{ column: 'title', path: 'title' }] });
const columns = [columnSchema.parse({ key: 'own', name: 'Own' })];

const propose = (changes: ProposedChanges, given: Partial<Parameters<typeof proposeChanges>[0]> = {}) =>
  proposeChanges({ job, template, changes, columns: null, ...given });

describe('the proposal of a dry run', () => {
  it('has the given fields alone, and the columns that they are for', () => {
    const changes = {
      recordPath: '/feed/entry',
      parseOptions: { format: 'atom' as const },
      mapping: undefined,
    };
    expect(propose(changes)).toEqual({
      recordPath: '/feed/entry',
      parseOptions: { format: 'atom' },
      columns: null,
    });
  });

  it.each<[string, string, object]>([
    [
      'are sent to another file of the same server',
      'https://a.example/other',
      { headers: { 'x-key': 'k' }, basicAuth },
    ],
    ['are not sent to another server', 'https://b.example/feed', { pagination }],
    ['are not sent to another port', 'https://a.example:8443/feed', { pagination }],
    ['are not sent without encryption', 'http://a.example/feed', { pagination }],
  ])('keeps stored headers and password only on the same server: they %s', (_, url, secrets) => {
    expect(propose({ source: { kind: 'url', url } }).source).toEqual({ kind: 'url', url, ...secrets });
  });

  it('moves credentials from the address to the fields that keep them secret', () => {
    const source = { kind: 'url', url: 'https://ann:pw@b.example/feed' } as const;
    expect(propose({ source }).source).toEqual({
      kind: 'url',
      url: 'https://b.example/feed',
      auth: { kind: 'basic', username: 'ann', password: 'pw' },
      pagination: { kind: 'declared', maxPages: 20 },
    });
  });

  it('is refused if the new mapping does not fit the columns', () => {
    const mapping = [{ column: 'own', path: 'x' }];
    expect(() => propose({ mapping })).toThrow(expect.objectContaining({ code: 'mapping_column_unknown' }));
    expect(propose({ mapping }, { columns })).toEqual({ mapping, columns });
  });

  it("is refused if the job's mapping does not fit the columns, even if only the source is tried out", () => {
    const attempt = () => propose({ source: STORED }, { columns });
    expect(attempt).toThrow(expect.objectContaining({ code: 'mapping_column_unknown' }));
  });
});
