import { connect } from 'node:net';
import { type FeedServer, startFeedServer } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { jobInput, templateInput } from './example-import.js';

let booted: BootedInlet;
let feed: FeedServer;

beforeAll(async () => {
  [booted, feed] = await Promise.all([bootInlet({ INLET_ROLE: 'api' }), startFeedServer()]);
});
afterAll(() => Promise.all([booted.close(), feed.close()]));

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  booted.call('POST', path, { body, headers });

describe('templates', () => {
  it('are created, read, listed page by page, changed and deleted', async () => {
    const created = await post('/v1/templates', templateInput({ code: 'one' }));
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ code: 'one', mode: 'automatic', destination: null, identity: [] });
    const address = `/v1/templates/${created.json.id}`;
    expect((await booted.call('GET', address)).json).toEqual(created.json);

    await post('/v1/templates', templateInput({ code: 'two' }));
    const first = await booted.call('GET', '/v1/templates?limit=1');
    expect(first.json.items).toHaveLength(1);
    const second = await booted.call('GET', `/v1/templates?limit=1&cursor=${first.json.nextCursor}`);
    expect(second.json.nextCursor).toBeNull();
    const codes = [...first.json.items, ...second.json.items].map(({ code }: { code: string }) => code);
    expect(codes.sort()).toEqual(['one', 'two']);

    const changed = await booted.call('PATCH', address, { body: { name: 'Renamed' } });
    expect(changed.json).toMatchObject({ id: created.json.id, code: 'one', name: 'Renamed' });
    const removed = await booted.call('DELETE', address);
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect((await booted.call('GET', address)).json.code).toBe('template_not_found');
  });

  it('are for manual or automatic imports, which can be switched at any time', async () => {
    const { json: template } = await post('/v1/templates', templateInput({ code: 'manual', mode: 'manual' }));
    expect(template.mode).toBe('manual');
    const address = `/v1/templates/${template.id}`;
    const change = await booted.call('PATCH', address, { body: { mode: 'automatic' } });
    expect([change.status, change.json.mode]).toEqual([200, 'automatic']);
  });

  it('never show the value of their auth header', async () => {
    const destination = {
      url: 'https://host.example/hook',
      authHeader: { name: 'x-auth', value: 'hunter2' },
    };
    const created = await post('/v1/templates', templateInput({ code: 'secretive', destination }));
    expect(created.json.destination).toMatchObject({ authHeaderName: 'x-auth' });
    expect(created.text).not.toContain('hunter2');
  });

  it('have a code that is unique in the project', async () => {
    await post('/v1/templates', templateInput({ code: 'taken' }));
    const again = await post('/v1/templates', templateInput({ code: 'taken' }));
    expect([again.status, again.json.code]).toEqual([409, 'template_code_taken']);
  });

  it('name the jobs that a change would break, unless it is forced', async () => {
    const destination = { url: 'https://host.example/hook' };
    const template = await post('/v1/templates', templateInput({ code: 'used', destination }));
    const job = await post('/v1/import-jobs', jobInput(template.json.id, feed.url('/x')));
    expect(job.status).toBe(201);
    const address = `/v1/templates/${template.json.id}`;
    const refused = await booted.call('DELETE', address);
    expect([refused.status, refused.json.code]).toEqual([409, 'template_in_use']);
    expect(JSON.stringify(refused.json.jobs)).toContain(job.json.job.id);
    const wrong = await booted.call('DELETE', `${address}?force=yes`);
    expect(wrong.json.errors).toMatchObject([{ path: 'force' }]);
    expect((await booted.call('DELETE', `${address}?force=true`)).status).toBe(204);
  });
});

describe('validation', () => {
  it('names each field that is unknown, missing or of the wrong type', async () => {
    const answer = await post('/v1/templates', {
      code: 'Not A Code',
      columns: [{ key: 'a', nmae: 'A' }],
      destination: { url: 'ftp://x' },
      colour: 'red',
    });
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
    expect(answer.json.errors).toEqual(
      expect.arrayContaining([
        { path: 'code', message: 'must be lower-case letters, digits, - or _, 64 at most' },
        { path: 'name', message: 'is required' },
        { path: 'columns.0.name', message: 'is required' },
        { path: 'columns.0.nmae', message: 'is not a known field' },
        { path: 'destination.url', message: 'must be an address that begins with http:// or https://' },
        { path: 'colour', message: 'is not a known field' },
      ]),
    );
    expect(answer.json.errors).toHaveLength(6);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=many', 'limit'],
    ['limit=201', 'limit'],
    ['offset=3', 'offset'],
  ])('refuses the query ?%s', async (query, path) => {
    const answer = await booted.call('GET', `/v1/templates?${query}`);
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
    expect(answer.json.errors).toMatchObject([{ path }]);
  });

  it('refuses a cursor that it did not make', async () => {
    const answer = await booted.call('GET', '/v1/templates?cursor=nonsense');
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_cursor']);
  });

  it('refuses a cursor of a list of other things', async () => {
    const cursor = Buffer.from('before job_01m7w70v6wekkpxz65hmv9w4xq').toString('base64url');
    const answer = await booted.call('GET', `/v1/templates?cursor=${cursor}`);
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_cursor']);
    expect((await booted.call('GET', `/v1/import-jobs/user/ann?cursor=${cursor}`)).status).toBe(200);
  });

  it('answers an OPTIONS request that is no preflight', async () => {
    expect((await fetch(`${booted.inlet.address}/v1/templates`, { method: 'OPTIONS' })).status).toBe(204);
  });

  it.each([
    ['lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
  ])('refuses a body of deep %s', async (_, extra) => {
    const response = await fetch(`${booted.inlet.address}/v1/import-jobs`, {
      method: 'POST',
      headers: { accesskey: booted.project.secretKey, 'content-type': 'application/json' },
      body: `{"extra":${extra}}`,
    });
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'body_too_deep' }]);
  });

  it.each(['Host', 'constructor', 'common', 'get'])(
    'refuses the header %s of a source by name',
    async (name) => {
      const source = `{"kind":"url","url":"https://a.example/","headers":{"${name}":"x"}}`;
      const response = await fetch(`${booted.inlet.address}/v1/sources/outline`, {
        method: 'POST',
        headers: { accesskey: booted.project.secretKey, 'content-type': 'application/json' },
        body: `{"source":${source}}`,
      });
      const { errors } = (await response.json()) as { errors: { path: string; message: string }[] };
      expect([response.status, errors]).toMatchObject([
        400,
        [{ path: `source.headers.${name}`, message: expect.stringContaining(`"${name}"`) }],
      ]);
    },
  );

  it('refuses a member named __proto__ at any level', async () => {
    const response = await fetch(`${booted.inlet.address}/v1/sources/outline`, {
      method: 'POST',
      headers: { accesskey: booted.project.secretKey, 'content-type': 'application/json' },
      body: '{"source":{"kind":"url","url":"https://a.example/","headers":{"__proto__":"x"}}}',
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ path: 'source.headers.__proto__' }] },
    ]);
  });

  it('refuses a body over 1 MB, whether its length is known or not', async () => {
    const body = templateInput({ name: 'x'.repeat(1_048_576) });
    expect((await post('/v1/templates', body)).json).toMatchObject({ code: 'body_too_large', status: 413 });
  });

  it('treats an empty body with the content type of JSON as no body', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await booted.call('PUT', '/v1/import-jobs/user/job_x/pause', { headers });
    expect(answer.json.code).toBe('job_not_found');
  });
});

describe('schedules', () => {
  it('are described in words, with their next times', async () => {
    const schedule = {
      kind: 'days',
      time: '06:00',
      timeZone: 'Europe/Berlin',
      startsAt: '2030-01-01T00:00:00Z',
    };
    const answer = await post('/v1/schedules/preview', { schedule, count: 2 });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ cron: '0 6 * * *', timeZone: 'Europe/Berlin' });
    expect(answer.json.next.map(({ at }: { at: string }) => at)).toEqual([
      '2030-01-01T05:00:00.000Z',
      '2030-01-02T05:00:00.000Z',
    ]);
  });

  it.each([
    [{ kind: 'cron', expression: '61 * * * *' }, 'schedule_cron_invalid'],
    [{ kind: 'days', time: '06:00', timeZone: 'Mars/Olympus' }, 'schedule_zone_unknown'],
    [
      { kind: 'days', time: '06:00', startsAt: '2030-01-02T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' },
      'schedule_end_before_start',
    ],
    [{ kind: 'cron', expression: '0 0 30 2 *' }, 'schedule_never'],
  ])('are refused when they are wrong: %j', async (schedule, code) => {
    const answer = await post('/v1/schedules/preview', { schedule });
    expect([answer.status, answer.json.code]).toEqual([422, code]);
  });
});

describe('an idempotency key', () => {
  const withKey = (key: string) => ({ 'idempotency-key': key });

  it('returns the first answer again, and does nothing twice', async () => {
    const body = templateInput({ code: 'once' });
    const first = await post('/v1/templates', body, withKey('k1'));
    const second = await post('/v1/templates', body, withKey('k1'));
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
  });

  it('repeats a refusal unchanged', async () => {
    const body = templateInput({ code: 'refused-once' });
    await post('/v1/templates', body);
    const first = await post('/v1/templates', body, withKey('k2'));
    await booted.call('DELETE', `/v1/templates/${await templateIdOf('refused-once')}`);
    const second = await post('/v1/templates', body, withKey('k2'));
    expect(second.json).toEqual(first.json);
    expect(second.status).toBe(409);
    expect(second.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is refused with another body and with another address', async () => {
    await post('/v1/templates', templateInput({ code: 'k3' }), withKey('k3'));
    const body = await post('/v1/templates', templateInput({ code: 'k3-other' }), withKey('k3'));
    expect([body.status, body.json.code]).toEqual([409, 'idempotency_key_reused']);
    const address = await post('/v1/schedules/preview', templateInput({ code: 'k3' }), withKey('k3'));
    expect(address.json.code).toBe('invalid_request');
    const schedule = { schedule: { kind: 'minutes' } };
    const valid = await post('/v1/schedules/preview', schedule, withKey('k3'));
    expect(valid.json.code).toBe('idempotency_key_reused');
  });

  it('is not used up by a request that was not valid', async () => {
    expect((await post('/v1/templates', { code: 'k4' }, withKey('k4'))).status).toBe(400);
    expect((await post('/v1/templates', templateInput({ code: 'k4' }), withKey('k4'))).status).toBe(201);
  });

  it('lets only one of many requests at a time through', async () => {
    const body = templateInput({ code: 'k5' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/v1/templates', body, withKey('k5'))),
    );
    const created = answers.filter(({ status }) => status === 201);
    const others = answers.filter(({ status }) => status !== 201);
    expect(created.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    for (const { json } of others) expect(json.code).toBe('idempotency_in_progress');
  });

  it('is kept for a day, and can be used again soon after a process died with it', async () => {
    const { store } = booted.inlet.context;
    const about = { projectId: booted.project.projectId, key: 'k6', fingerprint: 'of a process that died' };
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    await store.idempotency.begin({ ...about, now: minutesAgo(11), expiresAt: minutesAgo(1) });
    const body = templateInput({ code: 'k6' });
    expect((await post('/v1/templates', body, withKey('k6'))).status).toBe(201);
    const beginIn = (hours: number) =>
      store.idempotency.begin({ ...about, now: minutesAgo(-60 * hours), expiresAt: minutesAgo(-60 * 100) });
    expect(await beginIn(23)).toEqual({ kind: 'other_request' });
    expect(await beginIn(25)).toEqual({ kind: 'started' });
  });

  it('must be printable', async () => {
    const answer = await post('/v1/templates', templateInput(), { 'idempotency-key': 'a b' });
    expect(answer.json.errors).toMatchObject([{ path: 'idempotency-key' }]);
  });
});

describe('a source', () => {
  const outline = (url: string) => post('/v1/sources/outline', { source: { kind: 'url', url } });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:4000/',
    'http://127.0.0.2/',
    'http://0.0.0.0/',
    'http://[::ffff:169.254.169.254]/',
    'http://167772161/',
    'http://012.0.0.1/',
    'http://10.1/',
  ])('is not fetched from %s', async (url) => {
    const answer = await outline(url);
    expect([answer.status, answer.json.code]).toEqual([422, 'source_address_private']);
  });

  it('is not fetched from a private network to which it redirects', async () => {
    const answer = await outline(feed.route('/inwards', { redirectTo: 'http://169.254.169.254/' }));
    expect([answer.status, answer.json.code]).toEqual([422, 'source_address_private']);
  });

  it.each(['file:///etc/passwd', 'gopher://x/', 'ftp://x/y', 'not an address'])(
    'is not taken from %s',
    async (url) => {
      const answer = await outline(url);
      expect([answer.status, answer.json.code]).toEqual([400, 'invalid_request']);
      expect(answer.json.errors).toMatchObject([{ path: 'source.url' }]);
    },
  );

  it('lists the feeds that a web page links to', async () => {
    const page =
      '<!doctype html><html><head><link rel="alternate" type="application/atom+xml" title="News" href="/news.atom"></head></html>';
    const answer = await outline(
      feed.route('/page', { body: page, headers: { 'content-type': 'text/html' } }),
    );
    expect([answer.status, answer.json.code]).toEqual([422, 'source_html']);
    expect(answer.json.feeds).toEqual([
      { url: feed.url('/news.atom'), title: 'News', type: 'application/atom+xml' },
    ]);
  });
});

describe('a client that disconnects', () => {
  it('ends the fetch for its request', async () => {
    let isLeft: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      isLeft = resolve;
    });
    let isAsked: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const url = feed.route('/never', (request) => {
      isAsked();
      request.socket.once('close', () => isLeft());
    });
    const { hostname, port } = new URL(booted.inlet.address);
    const body = JSON.stringify({ source: { kind: 'url', url } });
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/sources/outline HTTP/1.1\r\nhost: localhost\r\naccesskey: ${booted.project.secretKey}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await asked;
    socket.destroy();
    await left;
  });
});

async function templateIdOf(code: string): Promise<string> {
  const { json } = await booted.call('GET', '/v1/templates?limit=200');
  return json.items.find((template: { code: string }) => template.code === code).id;
}
