import type { ProjectSecrets } from '@inlet/contracts';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { templateInput } from './example-import.js';
import { ORIGIN, openWidget, type WidgetClient } from './widget-client.js';

let booted: BootedInlet;
let project: ProjectSecrets;
let widget: WidgetClient;
beforeAll(async () => {
  booted = await bootInlet();
  project = await createProject(booted.inlet.context, {
    name: 'Shop',
    settings: { allowedOrigins: [ORIGIN] },
  });
  const body = templateInput({ minIntervalMinutes: 15 });
  await booted.call('POST', '/v1/templates', { key: project.secretKey, body });
  widget = await openWidget(booted, { project, template: 'products', user: 'user-1' });
});
afterAll(() => booted.close());

const check = (data: unknown) => widget.call('POST', '/data', { data });
const NOTHING = { url: null, name: null, schedule: null, mapping: [], values: {} };

describe('data that a page fills in', () => {
  it('is returned in the form of a job', async () => {
    const { json } = await check({
      url: 'https://shop.example/feed.xml',
      name: ' Shop ',
      schedule: { kind: 'days', time: '06:30', timeZone: 'Europe/Berlin' },
      mapping: { title: 'title', price: { path: 'offer/price', repeat: 'last' } },
      values: { price: '1' },
    });
    expect(json).toEqual({
      url: 'https://shop.example/feed.xml',
      name: 'Shop',
      schedule: { kind: 'days', every: 1, onlyWeekdays: false, time: '06:30', timeZone: 'Europe/Berlin' },
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'price', path: 'offer/price', repeat: 'last' },
      ],
      values: { price: '1' },
    });
  });

  it('may be partial, with required columns left to the person, or have a mapping in the form of a job', async () => {
    expect((await check({})).json).toEqual(NOTHING);
    expect((await check({ mapping: {} })).json).toEqual(NOTHING);
    const special = await check(JSON.parse('{"mapping":{"__proto__":"a"}}'));
    expect([special.status, special.json.errors]).toMatchObject([400, [{ path: 'data.mapping.__proto__' }]]);
    const mapping = [{ column: 'price', value: '1' }];
    expect((await check({ mapping })).json).toEqual({ ...NOTHING, mapping });
    expect((await check({ mapping: { title: { template: '{{a}}' } } })).json.mapping).toEqual([
      { column: 'title', template: '{{a}}' },
    ]);
  });

  const refused: [unknown, string, string][] = [
    ['a text', 'invalid_request', 'data'],
    [null, 'invalid_request', 'data'],
    [{ rows: [] }, 'invalid_request', 'data.rows'],
    [{ url: 'javascript:alert(1)' }, 'invalid_request', 'data.url'],
    [{ url: 'data:text/html,x' }, 'invalid_request', 'data.url'],
    [{ url: 'shop.example' }, 'invalid_request', 'data.url'],
    [{ url: `https://shop.example/${'x'.repeat(2048)}` }, 'invalid_request', 'data.url'],
    [{ name: 'x'.repeat(201) }, 'invalid_request', 'data.name'],
    [{ name: '' }, 'invalid_request', 'data.name'],
    [{ schedule: { kind: 'days' } }, 'invalid_request', 'data.schedule.time'],
    [{ schedule: { kind: 'minutes', every: 5 } }, 'schedule_interval_too_short', 'data.schedule'],
    [{ schedule: { kind: 'cron', expression: 'soon' } }, 'schedule_cron_invalid', 'data.schedule'],
    [{ schedule: { kind: 'hours', timeZone: 'Mars/Base' } }, 'schedule_zone_unknown', 'data.schedule'],
    [{ mapping: { nope: 'title' } }, 'mapping_column_unknown', 'data.mapping.nope'],
    [{ values: { nope: 'a' } }, 'mapping_column_unknown', 'data.values.nope'],
    [{ values: { title: 7 } }, 'invalid_request', 'data.values.title'],
    [{ mapping: { title: '' } }, 'invalid_request', 'data.mapping.title'],
    [{ mapping: { title: 7 } }, 'invalid_request', 'data.mapping.title'],
    [{ mapping: { title: { path: 'a', run: true } } }, 'invalid_request', 'data.mapping.title.run'],
    [{ mapping: { constructor: 'title' } }, 'invalid_request', 'data.mapping.constructor'],
    [{ mapping: [{ column: 'nope', path: 'a' }] }, 'mapping_column_unknown', 'data.mapping.0.column'],
    [
      {
        mapping: { title: { path: 'a', transforms: [{ kind: 'replace_pattern', pattern: '(', with: '' }] } },
      },
      'template_pattern_invalid',
      'data.mapping.title.transforms.0.pattern',
    ],
    [
      { mapping: { title: { value: 'x'.repeat(9000) }, price: 'y' }, name: 'x'.repeat(66_000) },
      'invalid_request',
      'data.name',
    ],
  ];
  it.each(refused)('is refused if it is %j, with the path', async (data, code, path) => {
    const { json, status } = await check(data);
    expect(status).toBeLessThan(500);
    expect([json.code, json.errors?.[0]?.path]).toEqual([code, path]);
  });

  it('is 64 KB of JSON at most', async () => {
    const values = Array.from({ length: 9 }, () => ({ path: 'a', transforms: undefined as unknown }));
    const long = { kind: 'default', value: 'x'.repeat(9000) };
    for (const rule of values) rule.transforms = [long];
    const mapping = Object.fromEntries(values.map((rule, index) => [`column_${index}`, rule]));
    const { json } = await check({ mapping });
    expect(json.errors).toEqual([{ path: 'data', message: 'must be 64 KB of JSON at most' }]);
  });

  it('needs a session', async () => {
    const { json } = await booted.call('POST', '/widget/v1/data', { key: null, body: { data: {} } });
    expect(json.code).toBe('session_missing');
  });
});
