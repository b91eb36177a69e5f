import { columnSchema, type WidgetData, widgetDataSchema } from '@inlet/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, checkWidgetData } from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;
let caller: Caller;

beforeAll(async () => {
  bench = await startEngineBench();
  const { id: templateId } = await bench.makeTemplate({ minIntervalMinutes: 60 });
  caller = userOf({ ...bench.caller, templateId });
});
afterAll(() => bench.close());

const check = (data: WidgetData, as: Caller = caller) =>
  checkWidgetData(bench.context, as, { data: widgetDataSchema.parse(data) });

describe('data that the page fills in', () => {
  it('are returned in the form of a job, with null or an empty list for what is missing', async () => {
    const transforms = [{ kind: 'trim' as const }];
    const schedule = { kind: 'days' as const, time: '03:00' };
    const mapping = { title: 'title', price: { path: 'cost', transforms } };
    const given = await check({ url: 'https://a.example/', name: 'News', schedule, mapping });
    expect(given).toEqual({
      url: 'https://a.example/',
      name: 'News',
      schedule: { ...schedule, every: 1, onlyWeekdays: false, timeZone: 'UTC' },
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'price', path: 'cost', transforms },
      ],
      values: {},
    });
    expect(await check({})).toEqual({ url: null, name: null, schedule: null, mapping: [], values: {} });
  });

  it('may leave a required column to the person', async () => {
    expect(await check({ mapping: { text: 'description' } })).toMatchObject({
      mapping: [{ column: 'text' }],
    });
  });

  it('are for the columns of the session, if it has some', async () => {
    const { user } = caller;
    const columns = [columnSchema.parse({ key: 'own', name: 'Own' })];
    const withColumns = { ...caller, user: user && { ...user, columns } };
    const mapping = { own: 'title' };
    expect(await check({ mapping }, withColumns)).toMatchObject({ mapping: [{ column: 'own' }] });
    await expect(check({ mapping })).rejects.toMatchObject(errorWith('mapping_column_unknown'));
  });

  it('may be checked before anybody has signed in', async () => {
    const { user } = caller;
    const nobody = { ...caller, user: user && { ...user, externalUserId: null } };
    expect(await check({ name: 'News' }, nobody)).toMatchObject({ name: 'News' });
  });
});

const PATTERN = [{ kind: 'replace_pattern' as const, pattern: '(', with: '' }];

describe('faults in such data', () => {
  it.each<[string, WidgetData, string, string]>([
    [
      'a mapping by column',
      { mapping: { title: 'title', nope: 'x' } },
      'mapping_column_unknown',
      'data.mapping.nope',
    ],
    [
      'a rule of a mapping by column',
      { mapping: { title: { path: 'title', transforms: PATTERN } } },
      'template_pattern_invalid',
      'data.mapping.title.transforms.0.pattern',
    ],
    [
      'a mapping in the form of a job',
      { mapping: [{ column: 'nope', path: 'x' }] },
      'mapping_column_unknown',
      'data.mapping.0.column',
    ],
    [
      'a schedule',
      { schedule: { kind: 'minutes', every: 5 } },
      'schedule_interval_too_short',
      'data.schedule',
    ],
  ])('are named by their path in %s', async (_, data, code, path) => {
    await expect(check(data)).rejects.toMatchObject(errorWith(code, { errors: [{ path }] }));
  });

  it('keep the facts of their error', async () => {
    await expect(check({ schedule: { kind: 'minutes', every: 5 } })).rejects.toMatchObject({
      detail: 'The minimum is 60 minutes between two runs; here some are 5 minutes apart.',
      extra: { minIntervalMinutes: 60, smallestGapMinutes: 5 },
    });
  });
});
