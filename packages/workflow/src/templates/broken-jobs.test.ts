import { type Column, columnSchema } from '@inlet/contracts';
import { expect, test } from 'vitest';
import type { FeedJob } from '../ports/model.js';
import { brokenJobs } from './broken-jobs.js';

const column = (key: string, more: object = {}): Column => columnSchema.parse({ key, name: key, ...more });
const job = (id: string, ...mapped: string[]) =>
  ({
    id,
    kind: 'feed',
    label: `Job ${id}`,
    externalUserId: 'user',
    columns: null,
    identity: { by: 'template' },
    filter: null,
    changeDetection: { ignoreColumns: [] },
    mapping: mapped.map((key) => ({ column: key, path: key })),
  }) as unknown as FeedJob;
const before = { columns: [column('title'), column('price', { type: 'number' })] };

test('a column that jobs map and that goes breaks them, and only them', () => {
  const broken = brokenJobs([job('1', 'title', 'price'), job('2', 'title')], {
    before,
    after: { columns: [column('title')] },
  });
  expect(broken).toEqual([
    { jobId: '1', label: 'Job 1', externalUserId: 'user', reasons: ['column "price" is gone'] },
  ]);
});

test.each<[string, Partial<FeedJob>]>([
  ['identity', { identity: { by: 'columns', columns: ['title', 'price'] } }],
  [
    'filter',
    { filter: { match: 'all', include: true, conditions: [{ column: 'price', op: 'greater', value: 5 }] } },
  ],
  ['ignoreColumns', { changeDetection: { send: 'all', removed: false, ignoreColumns: ['price'] } }],
])('a column that the %s of a job names breaks it by going and by another type', (_, settings) => {
  const jobs = [{ ...job('1', 'title'), ...settings }];
  const reasonsAfter = (...columns: Column[]) =>
    brokenJobs(jobs, { before, after: { columns } }).flatMap(({ reasons }) => reasons);
  expect(reasonsAfter(column('title'))).toEqual(['column "price" is gone']);
  expect(reasonsAfter(column('title'), column('price', { type: 'date' }))).toEqual([
    'column "price" changes from number to date',
  ]);
  expect(reasonsAfter(...before.columns)).toEqual([]);
});

test('another type, and a new required column, break jobs; an optional one or one with a default does not', () => {
  const after = {
    columns: [
      column('title', { type: 'date' }),
      column('price', { type: 'number' }),
      column('sku', { required: true }),
      column('note'),
      column('country', { required: true, default: 'DE' }),
    ],
  };
  const reasons = brokenJobs([job('1', 'title', 'price')], { before, after })[0]?.reasons;
  expect(reasons).toEqual([
    'column "title" changes from text to date',
    'column "sku" is required now and is not mapped',
  ]);
});

test('a column that was required before breaks nothing by staying so', () => {
  const columns = [column('title'), column('sku', { required: true })];
  expect(brokenJobs([job('1', 'title')], { before: { columns }, after: { columns } })).toEqual([]);
});

test('a job with its own columns is not broken by changes of the template', () => {
  const own = { ...job('1', 'price'), columns: [column('price')] };
  expect(brokenJobs([own], { before, after: { columns: [column('sku', { required: true })] } })).toEqual([]);
});
