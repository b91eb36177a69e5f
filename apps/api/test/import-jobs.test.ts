import { type FeedServer, type Receiver, startFeedServer, startReceiver } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { jobInput, rssOf, templateInput } from './example-import.js';

let booted: BootedInlet;
let feed: FeedServer;
let receiver: Receiver;
let templateId: string;

beforeAll(async () => {
  [booted, feed, receiver] = await Promise.all([
    bootInlet({ INLET_ROLE: 'api' }),
    startFeedServer(),
    startReceiver(),
  ]);
  const destination = { url: receiver.url };
  templateId = (await booted.call('POST', '/v1/templates', { body: templateInput({ destination }) })).json.id;
});
afterAll(() => Promise.all([booted.close(), feed.close(), receiver.close()]));

async function createJob(overrides: Record<string, unknown> = {}): Promise<string> {
  const url = feed.route('/feed.rss', { body: rssOf([{ id: 'a', title: 'Apple' }]) });
  const created = await booted.call('POST', '/v1/import-jobs', {
    body: jobInput(templateId, url, overrides),
  });
  expect(created.status).toBe(201);
  expect(created.json.run).toBeNull();
  return created.json.job.id;
}

describe('import jobs', () => {
  it('are created, read, changed and deleted', async () => {
    const id = await createJob({ externalUserId: 'ann/é 1', extra: { shop: 7 } });
    const job = await booted.call('GET', `/v1/import-jobs/${id}`);
    expect(job.json).toMatchObject({ id, status: 'active', externalUserId: 'ann/é 1', extra: { shop: 7 } });
    const listed = await booted.call('GET', `/v1/import-jobs/user/${encodeURIComponent('ann/é 1')}`);
    expect(listed.json.items).toEqual([job.json]);
    const changed = await booted.call('PATCH', `/v1/import-jobs/${id}`, {
      body: { label: 'New', schedule: { kind: 'hours', every: 2 } },
    });
    expect(changed.json).toMatchObject({
      id,
      label: 'New',
      schedule: { kind: 'hours', every: 2, timeZone: 'UTC' },
    });
    expect((await booted.call('DELETE', `/v1/import-jobs/${id}`)).status).toBe(204);
    expect((await booted.call('GET', `/v1/import-jobs/${id}`)).json.code).toBe('job_not_found');
  });

  it('take the record path that an outline proposes, in a preview, too', async () => {
    const { recordPath, ...input } = jobInput(
      templateId,
      feed.route('/own.json', { body: '{"goods":[{"title":"a"},{"title":"b"}]}' }),
    );
    const mapping = [{ column: 'title', path: 'title' }];
    const created = await booted.call('POST', '/v1/import-jobs', { body: { ...input, mapping } });
    expect(created.json.job).toMatchObject({ recordPath: '/goods', parseOptions: {} });
    const { source } = input;
    const previewed = await booted.call('POST', '/v1/sources/preview', {
      body: { templateId, source, mapping },
    });
    expect(previewed.json.rows.map((row: { values: object }) => row.values)).toMatchObject([
      { title: 'a' },
      { title: 'b' },
    ]);
    feed.route('/own.json', { body: '{"goods":[]}' });
    const refused = await booted.call('POST', '/v1/import-jobs', { body: { ...input, mapping } });
    expect([refused.status, refused.json.code]).toEqual([422, 'source_no_records']);
    feed.route('/own.json', { body: `{"goods":[{"title":"${'a'.repeat(1_200_000)}"}]}` });
    const large = await booted.call('POST', '/v1/import-jobs', { body: { ...input, mapping } });
    expect(large.json.detail).toBe(
      'The first record at /goods does not end in the first part of the source. Repeat the request with a recordPath.',
    );
    const given = await booted.call('POST', '/v1/import-jobs', {
      body: { ...input, mapping, recordPath: '/goods' },
    });
    expect(given.json.job.recordPath).toBe('/goods');
  });

  it('are read with http if their address names no scheme and its server has no TLS', async () => {
    const url = feed.route('/open.rss', { body: rssOf([{ id: 'a', title: 'Apple' }]) });
    const bare = url.replace('http://', '');
    const addressOf = async (source: object) => {
      const id = await createJob({ source: { kind: 'url', ...source } });
      const { json } = await booted.call('GET', `/v1/import-jobs/${id}`);
      return json.source.url;
    };
    expect(await addressOf({ url: bare })).toBe(url);
    expect(await addressOf({ url: `feed://${bare}` })).toBe(url);
    expect(await addressOf({ url: `feed:https://${bare}` })).toBe(`https://${bare}`);
    expect(await addressOf({ url: bare, headers: { 'x-key': 'k' } })).toBe(`https://${bare}`);
    const source = { kind: 'url', url: bare };
    const outlined = await booted.call('POST', '/v1/sources/outline', { body: { source } });
    expect(outlined.json.finalUrl).toBe(url);
  });

  it('never show the secrets of their source', async () => {
    const source = {
      kind: 'url',
      url: feed.url('/feed.rss'),
      headers: { 'x-token': 'hunter2' },
      basicAuth: { username: 'ann', password: 'hunter3' },
    };
    const id = await createJob({ source });
    const job = await booted.call('GET', `/v1/import-jobs/${id}`);
    expect(job.json.source).toEqual({
      kind: 'url',
      url: source.url,
      headerNames: ['x-token'],
      username: 'ann',
      auth: { kind: 'basic', username: 'ann' },
      request: { method: 'GET' },
      pagination: { kind: 'declared', maxPages: 20 },
    });
    expect(job.text).not.toMatch(/hunter/);
  });

  it('pause and resume', async () => {
    const id = await createJob();
    const paused = await booted.call('PUT', `/v1/import-jobs/${id}/pause`);
    expect(paused.json).toMatchObject({ id, status: 'paused', nextRunAt: null });
    const again = await booted.call('PUT', `/v1/import-jobs/${id}/pause`);
    expect([again.status, again.json.code]).toEqual([409, 'job_paused_already']);
    const resumed = await booted.call('PUT', `/v1/import-jobs/${id}/resume`);
    expect(resumed.json).toMatchObject({ id, status: 'active', nextRunAt: expect.any(String) });
  });

  it('are deleted only for the user that the address names', async () => {
    const id = await createJob({ externalUserId: 'bob' });
    const refused = await booted.call('DELETE', `/v1/import-jobs/user/ann/${id}`);
    expect([refused.status, refused.json.code]).toEqual([404, 'job_not_found']);
    expect((await booted.call('DELETE', `/v1/import-jobs/user/bob/${id}`)).status).toBe(204);
  });

  it.each([
    [{ mapping: [{ column: 'colour', path: 'title' }] }, 422, 'mapping_column_unknown'],
    [
      {
        mapping: [
          { column: 'title', path: 'title' },
          { column: 'title', path: 'guid' },
        ],
      },
      422,
      'mapping_column_twice',
    ],
    [{ mapping: [{ column: 'price', path: 'price' }] }, 422, 'mapping_required_missing'],
    [{ schedule: { kind: 'days', time: '06:00', timeZone: 'Nowhere/None' } }, 422, 'schedule_zone_unknown'],
    [{ templateId: 'tpl_none' }, 404, 'template_not_found'],
    [{ extra: 'x'.repeat(17_000) }, 400, 'invalid_request'],
    [{ recordPath: 'item' }, 400, 'invalid_request'],
  ])('are refused when they are wrong: %j', async (overrides, status, code) => {
    const body = jobInput(templateId, feed.url('/feed.rss'), overrides);
    const answer = await booted.call('POST', '/v1/import-jobs', { body });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });
});

describe('the addresses of the product that Inlet replaces', () => {
  it.each([
    ['GET', '/v1/import-job/user'],
    ['PUT', '/v1/import-job/user'],
    ['PUT', '/v1/import-jobs/user'],
  ])('pause and resume with %s %s, and name the new address', async (method, prefix) => {
    const id = await createJob();
    const paused = await booted.call(method, `${prefix}/${id}/pause`);
    expect([paused.status, paused.json.status]).toEqual([200, 'paused']);
    expect(paused.headers.get('deprecation')).toBe('@1767225600');
    expect(paused.headers.get('link')).toBe(`</v1/import-jobs/${id}/pause>; rel="successor-version"`);
    const resumed = await booted.call(method, `${prefix}/${id}/resume`);
    expect(resumed.json.status).toBe('active');
    expect(resumed.headers.get('link')).toBe(`</v1/import-jobs/${id}/resume>; rel="successor-version"`);
  });

  it("read and delete a user's job, and no other user's", async () => {
    const id = await createJob({ externalUserId: 'ann b' });
    const address = `/v1/import-job/user/ann%20b/${id}`;
    const job = await booted.call('GET', address);
    expect(job.json).toEqual((await booted.call('GET', `/v1/import-jobs/${id}`)).json);
    expect(job.headers.get('link')).toBe(`</v1/import-jobs/${id}>; rel="successor-version"`);
    for (const method of ['GET', 'DELETE']) {
      const other = await booted.call(method, `/v1/import-job/user/bob/${id}`);
      expect([other.status, other.json.code]).toEqual([404, 'job_not_found']);
      expect(other.headers.get('deprecation')).toBe('@1767225600');
    }
    const removed = await booted.call('DELETE', address);
    expect([removed.status, removed.headers.get('deprecation')]).toEqual([204, '@1767225600']);
    expect(removed.headers.get('link')).toBe(`</v1/import-jobs/user/ann%20b/${id}>; rel="successor-version"`);
    expect((await booted.call('GET', address)).status).toBe(404);
  });

  it('need the secret key, also for GET', async () => {
    const id = await createJob();
    const answer = await booted.call('GET', `/v1/import-job/user/${id}/pause`, { key: null });
    expect(answer.json.code).toBe('key_missing');
    expect((await booted.call('GET', `/v1/import-jobs/${id}`)).json.status).toBe('active');
  });

  it('are the only ones that are marked as deprecated', async () => {
    const id = await createJob();
    const answer = await booted.call('PUT', `/v1/import-jobs/${id}/pause`);
    expect(answer.headers.get('deprecation')).toBeNull();
  });
});
