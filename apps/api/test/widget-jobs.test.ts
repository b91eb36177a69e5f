import type { ProjectSecrets } from '@inlet/contracts';
import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { createProject } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { ITEMS, jobInput, rssOf, templateInput } from './example-import.js';
import { ORIGIN, openWidget, type WidgetClient } from './widget-client.js';

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let project: ProjectSecrets;
let url: string;

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([bootInlet(), startFeedServer(), startReceiver()]);
  project = await createProject(booted.inlet.context, {
    name: 'Shop',
    settings: { allowedOrigins: [ORIGIN] },
  });
  const body = templateInput({ destination: { url: receiver.url }, minIntervalMinutes: 15 });
  await booted.call('POST', '/v1/templates', { key: project.secretKey, body });
  url = feed.route('/shop.rss', { body: rssOf(ITEMS) });
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

const open = (user: string, claims: object = {}, request: object = {}) =>
  openWidget(booted, { project, template: 'products', user, claims, request });

function newJob(overrides: Record<string, unknown> = {}) {
  const { templateId: _t, externalUserId: _u, ...job } = jobInput('', url, overrides);
  return job;
}

async function createJob(widget: WidgetClient, overrides: Record<string, unknown> = {}) {
  const answer = await widget.call('POST', '/jobs', newJob(overrides));
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json.job;
}

/** The run's last word, from its events. */
async function finished(widget: WidgetClient, runId: string) {
  const { text } = await widget.call('GET', `/runs/${runId}/events`);
  const last = text.split('\n').findLast((line) => line.startsWith('data: {'));
  return JSON.parse(last?.slice('data: '.length) ?? 'null');
}

describe('the wizard', () => {
  it('outlines a source, suggests a mapping, previews rows and a schedule', async () => {
    const widget = await open('user-1');
    const source = { kind: 'url', url };
    const { json: outlined } = await widget.call('POST', '/outline', { source });
    expect(outlined.outline).toMatchObject({
      format: 'rss',
      recordPath: '/rss/channel/item',
      recordCount: 3,
    });
    const { json: suggested } = await widget.call('POST', '/suggest-mapping', { outline: outlined.outline });
    expect(suggested.mapping.map(({ column }: { column: string }) => column)).toEqual(['title', 'price']);
    const { mapping } = newJob();
    const recordPath = '/rss/channel/item';
    const { json: previewed } = await widget.call('POST', '/preview', { source, recordPath, mapping });
    expect(previewed.counts).toEqual({ rows: 3, valid: 2, invalid: 1 });
    const schedule = { kind: 'days', time: '06:00', timeZone: 'Europe/Berlin' };
    const { json: german } = await widget.call('POST', '/schedules/preview', { schedule, locale: 'de' });
    const { json: english } = await widget.call('POST', '/schedules/preview', { schedule });
    expect(german.text).toContain('Jeden Tag');
    expect(english.text).toContain('Every day');
    expect(german.next).toEqual(english.next);
    const cron = { kind: 'cron', expression: '0 6 * * 1-5', timeZone: 'UTC' };
    const { json: japanese } = await widget.call('POST', '/schedules/preview', {
      schedule: cron,
      locale: 'ja',
    });
    expect(japanese.text).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  });

  it('keeps a draft, runs it dry, and starts it', async () => {
    const widget = await open('user-draft');
    const draft = await createJob(widget, { isDraft: true });
    expect(draft).toMatchObject({ status: 'draft', nextRunAt: null, columns: null });
    const before = receiver.requests.length;
    const key = project.secretKey;
    const listedForHost = async (): Promise<string[]> => {
      const { json } = await booted.call('GET', '/v1/import-jobs/user/user-draft', { key });
      return json.items.map((job: { id: string }) => job.id);
    };
    expect(await listedForHost()).toEqual([]);
    expect((await widget.call('GET', '/jobs')).json.items).toMatchObject([{ id: draft.id }]);

    const { json: run } = await widget.call('POST', `/jobs/${draft.id}/run`, { dryRun: true });
    const dry = await finished(widget, run.id);
    expect(dry).toMatchObject({ outcome: 'succeeded_with_issues', isDryRun: true });
    expect(dry.counts).toMatchObject({ records: 3, created: 2, invalid: 1 });
    expect(dry.sample).toHaveLength(2);
    expect(receiver.requests).toHaveLength(before);
    const changed = await widget.call('PATCH', `/jobs/${draft.id}`, { label: 'Renamed' });
    expect(changed.json.label).toBe('Renamed');
    expect((await widget.call('PUT', `/jobs/${draft.id}/resume`)).json.status).toBe('active');
    expect(await listedForHost()).toEqual([draft.id]);
    expect((await widget.call('PUT', `/jobs/${draft.id}/pause`)).json.status).toBe('paused');
    const { json: issues } = await widget.call('GET', `/runs/${run.id}/issues`);
    expect(issues.items).toMatchObject([{ record: 3, columnKey: 'price', code: 'not_a_number' }]);
    const csv = await widget.call('GET', `/runs/${run.id}/issues?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.split('\r\n')).toHaveLength(3);
    expect((await widget.call('GET', `/jobs/${draft.id}/runs`)).json.items).toHaveLength(1);
    expect((await widget.call('POST', `/runs/${run.id}/cancel`, {})).json.code).toBe('run_not_active');
    expect((await widget.call('DELETE', `/jobs/${draft.id}`)).status).toBe(204);
    expect((await widget.call('GET', `/jobs/${draft.id}`)).json.code).toBe('job_not_found');
  });

  it("describes a job's schedule in the language of the request, cron expressions too", async () => {
    const widget = await open('user-words');
    const schedule = { kind: 'cron', expression: '0 6 * * 1-5', timeZone: 'UTC' };
    const { id } = await createJob(widget, { schedule, isDraft: true });
    const textIn = async (language: string, path = `/jobs/${id}`) => {
      const { json } = await widget.call('GET', path, undefined, { 'accept-language': language });
      return (json.items?.[0] ?? json).scheduleText;
    };
    expect(await textIn('en')).toBe('At 06:00, Monday through Friday, UTC');
    expect(await textIn('de')).toBe('Um 06:00, Montag bis Freitag, UTC');
    expect(await textIn('ja', '/jobs')).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    expect(await textIn('pt-BR,pt;q=0.9,en;q=0.8')).toContain('06:00');
    for (const odd of ['*', 'xx', '-', ' ,de', 'tlh-Latn;q=1', '__proto__'])
      expect(await textIn(odd), odd).toBe('At 06:00, Monday through Friday, UTC');
    const { json: forHost } = await booted.call('GET', `/v1/import-jobs/${id}`, {
      key: project.secretKey,
      headers: { 'accept-language': 'de' },
    });
    expect(forHost.scheduleText).toBe('At 06:00, Monday through Friday, UTC');
  });

  it('applies the minimum interval of the template', async () => {
    const widget = await open('user-1');
    const schedule = { kind: 'minutes', every: 5 };
    expect((await widget.call('POST', '/jobs', newJob({ schedule }))).json.code).toBe(
      'schedule_interval_too_short',
    );
  });
});

describe('a browser', () => {
  it.each(['extra', 'externalUserId', 'templateId', 'columns', 'destination', 'projectId', 'status'])(
    'does not include %s',
    async (field) => {
      const widget = await open('user-1');
      const value = field === 'extra' ? { a: 1 } : 'x';
      for (const [method, path] of [
        ['POST', '/jobs'],
        ['PATCH', '/jobs/job_x'],
      ] as const) {
        const body = method === 'POST' ? newJob() : {};
        const { json } = await widget.call(method, path, { ...body, [field]: value });
        expect([json.code, json.errors?.map(({ path: where }: { path: string }) => where)]).toEqual([
          'invalid_request',
          [field],
        ]);
      }
      const preview = {
        source: { kind: 'url', url },
        recordPath: '/x',
        mapping: newJob().mapping,
        [field]: value,
      };
      expect((await widget.call('POST', '/preview', preview)).json.code).toBe('invalid_request');
    },
  );

  it('cannot choose the user of a job, nor `extra` after the session is opened', async () => {
    const widget = await open('user-extra', {}, { extra: { plan: 'from the page' } });
    const { id } = await createJob(widget);
    const { json } = await booted.call('GET', `/v1/import-jobs/${id}`, { key: project.secretKey });
    expect(json).toMatchObject({ externalUserId: 'user-extra', extra: { plan: 'from the page' } });
    const signed = await open(
      'user-extra',
      { extra: { plan: 'signed' } },
      { extra: { plan: 'from the page' } },
    );
    const { id: second } = await createJob(signed);
    const { json: job } = await booted.call('GET', `/v1/import-jobs/${second}`, { key: project.secretKey });
    expect(job.extra).toEqual({ plan: 'signed' });
  });
});

describe('the data for a browser', () => {
  it('has neither `extra` nor the credentials of a source', async () => {
    const widget = await open('user-secret', { extra: { note: 'EXTRA-SECRET' } });
    const withPassword = url.replace('http://', 'http://reader:URL-SECRET@');
    const source = { kind: 'url', url: withPassword, headers: { 'x-api-key': 'HEADER-SECRET' } };
    const { id } = await createJob(widget, { source, isDraft: true });
    const patched = await widget.call('PATCH', `/jobs/${id}`, { label: 'New' });
    const listed = await widget.call('GET', '/jobs');
    const got = await widget.call('GET', `/jobs/${id}`);
    for (const { text } of [patched, listed, got]) expect(text).not.toContain('SECRET');
    expect(got.json.source).toEqual({
      kind: 'url',
      url,
      headerNames: ['x-api-key'],
      username: 'reader',
      auth: { kind: 'basic', username: 'reader' },
      request: { method: 'GET' },
      pagination: { kind: 'declared', maxPages: 20 },
    });
  });

  it('includes an outline of the source of a job without its credentials being entered again', async () => {
    const seen: (string | undefined)[] = [];
    const guarded = feed.route('/guarded.rss', (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(request.headers.authorization === undefined ? 401 : 200).end(rssOf(ITEMS));
    });
    const widget = await open('user-edit');
    const basicAuth = { username: 'reader', password: 'secret' };
    const { id: jobId } = await createJob(widget, {
      source: { kind: 'url', url: guarded, basicAuth },
      isDraft: true,
    });
    const source = { kind: 'url', url: guarded };
    const { mapping, recordPath } = newJob();
    for (const [path, body] of [
      ['/outline', { source }],
      ['/suggest-mapping', { source }],
      ['/preview', { source, recordPath, mapping }],
    ] as const) {
      expect((await widget.call('POST', path, body)).json.code).toBe('source_unauthorized');
      expect((await widget.call('POST', path, { ...body, jobId })).status).toBe(200);
    }
    const stranger = await open('user-other');
    expect((await stranger.call('POST', '/outline', { source, jobId })).json.code).toBe('job_not_found');
    seen.length = 0;
    const elsewhere = await startFeedServer();
    const stolen = elsewhere.route('/guarded.rss', (request, response) => {
      seen.push(request.headers.authorization);
      response.end(rssOf(ITEMS));
    });
    await widget.call('POST', '/outline', { source: { kind: 'url', url: stolen }, jobId });
    expect(seen).toEqual([undefined]);
    await elsewhere.close();
  });

  it('says nothing about the destination', async () => {
    const hook = 'https://hooks.internal.example/in/HOOK-SECRET';
    const body = templateInput({
      code: 'gone',
      destination: { url: hook, authHeader: { name: 'x-auth', value: 'AUTH-SECRET' } },
    });
    await booted.call('POST', '/v1/templates', { key: project.secretKey, body });
    const widget = await openWidget(booted, { project, template: 'gone', user: 'user-1' });
    const { text } = await widget.call('GET', '/template');
    expect(text).not.toMatch(/SECRET|hooks|destination/);
  });

  it('does not name machines of the host when a delivery fails', async () => {
    const closed = await startReceiver();
    closed.answerWith({ status: 400 });
    const body = templateInput({ code: 'refused', destination: { url: closed.url } });
    await booted.call('POST', '/v1/templates', { key: project.secretKey, body });
    const widget = await openWidget(booted, { project, template: 'refused', user: 'user-1' });
    const { json } = await widget.call('POST', '/jobs', newJob({ runNow: true }));
    const run = await finished(widget, json.run.id);
    expect(run.error).toEqual({
      code: 'delivery_rejected',
      title: 'The receiver rejected the batch',
      help: expect.any(String),
    });
    const { json: job } = await widget.call('GET', `/jobs/${json.job.id}`);
    expect(job.lastRun.error).toEqual(run.error);
    const { json: forHost } = await booted.call('GET', `/v1/runs/${run.id}`, { key: project.secretKey });
    expect(forHost.error.detail).toContain('127.0.0.1');
    await closed.close();
  });

  it("lists only the user's jobs of the session's template", async () => {
    const [first, second] = [await open('user-a'), await open('user-b')];
    const { id } = await createJob(first, { isDraft: true });
    await createJob(second, { isDraft: true });
    const ids = (await first.call('GET', '/jobs')).json.items.map((job: { id: string }) => job.id);
    expect(ids).toEqual([id]);
    const other = await openWidget(booted, { project, template: 'gone', user: 'user-a' });
    expect((await other.call('GET', '/jobs')).json.items).toEqual([]);
  });
});

describe('a schema in the user token', () => {
  const schema = [
    { key: 'name', name: 'Name', required: true },
    { key: 'cost', name: 'Cost', type: 'number' },
  ];
  const mapping = [
    { column: 'name', path: 'title' },
    { column: 'cost', path: 'price' },
  ];

  it('replaces the columns in the session and in jobs that are created in it', async () => {
    const widget = await open('user-schema', { schema });
    const { json: template } = await widget.call('GET', '/template');
    expect(template.columns.map(({ key }: { key: string }) => key)).toEqual(['name', 'cost']);
    const source = { kind: 'url', url };
    const recordPath = '/rss/channel/item';
    const { json: suggested } = await widget.call('POST', '/suggest-mapping', { source });
    expect(suggested.missing.every((key: string) => ['name', 'cost'].includes(key))).toBe(true);
    const { json: previewed } = await widget.call('POST', '/preview', { source, recordPath, mapping });
    expect(previewed.rows[0].values).toEqual({ name: 'Apple', cost: 1.5 });
    expect((await widget.call('POST', '/jobs', newJob())).json.code).toBe('mapping_column_unknown');

    const { json: created } = await widget.call('POST', '/jobs', newJob({ mapping, runNow: true }));
    expect(created.job.columns.map(({ key }: { key: string }) => key)).toEqual(['name', 'cost']);
    expect(await finished(widget, created.run.id)).toMatchObject({ outcome: 'succeeded_with_issues' });
    const batch = receiver.requests.find(
      ({ json }) =>
        JSON.stringify(json).includes(created.run.id) && JSON.stringify(json).includes('import.records'),
    );
    expect(JSON.stringify(batch?.json)).toContain('{"name":"Apple","cost":1.5}');
  });

  it('stays with the job when the next session has none, and when the template changes', async () => {
    const { id } = await createJob(await open('user-keep', { schema }), { mapping, isDraft: true });
    const later = await open('user-keep');
    const keysOf = (template: { columns: { key: string }[] }) => template.columns.map(({ key }) => key);
    expect(keysOf((await later.call('GET', '/template')).json)).toEqual(['title', 'price']);
    expect(keysOf((await later.call('GET', `/template?jobId=${id}`)).json)).toEqual(['name', 'cost']);
    const renamed = await later.call('PATCH', `/jobs/${id}`, {
      label: 'Renamed',
      mapping: mapping.slice(0, 1),
    });
    expect(keysOf(renamed.json)).toEqual(['name', 'cost']);
    const { json: templates } = await booted.call('GET', '/v1/templates', { key: project.secretKey });
    const { id: templateId } = templates.items.find(({ code }: { code: string }) => code === 'products');
    const columns = [{ key: 'title', name: 'Title' }];
    const patched = await booted.call('PATCH', `/v1/templates/${templateId}?force=true`, {
      key: project.secretKey,
      body: { columns },
    });
    expect(patched.status).toBe(200);
    const { json: run } = await later.call('POST', `/jobs/${id}/run`, { dryRun: true });
    expect((await finished(later, run.id)).sample[0].values).toEqual({ name: 'Apple', cost: null });
    await booted.call('PATCH', `/v1/templates/${templateId}?force=true`, {
      key: project.secretKey,
      body: { columns: templateInput().columns },
    });
  });

  it('is taken over by a job with a new mapping, and not without one', async () => {
    const plain = await open('user-over');
    const { id } = await createJob(plain, { isDraft: true });
    const widget = await open('user-over', { schema });
    expect((await widget.call('PATCH', `/jobs/${id}`, { label: 'Renamed' })).json.columns).toBeNull();
    const { json } = await widget.call('PATCH', `/jobs/${id}`, { mapping });
    expect(json.columns.map(({ key }: { key: string }) => key)).toEqual(['name', 'cost']);
  });

  it('fits into the header of a session even if it is long', async () => {
    const long = Array.from({ length: 60 }, (_, index) => ({
      key: `column_${index}`,
      name: `Column ${index}`,
      type: 'text',
    }));
    const widget = await open('user-long', { schema: long, extra: { text: 'x'.repeat(500) } });
    expect(widget.sessionToken.length).toBeLessThan(4096);
    expect((await widget.call('GET', '/template')).json.columns).toHaveLength(60);
  });
});
