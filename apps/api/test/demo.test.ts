import { freePort } from '@inlet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';

let booted: BootedInlet;
let origin: string;

beforeAll(async () => {
  // The server makes its addresses from the port before it listens.
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  booted = await bootInlet({ INLET_DEMO: '1', PORT: String(port) });
});
afterAll(() => booted?.close());

const call: BootedInlet['call'] = (method, path, options) =>
  booted.call(method, path, { key: null, ...options });

async function gazetteJob(): Promise<{ id: string; status: string }> {
  const { json } = await call('GET', '/demo/state');
  return json.jobs.find(({ label }: { label: string }) => label === 'The Inlet Gazette');
}

describe('the demo', () => {
  it('receives the stories of its feed with verified signatures', async () => {
    const storyCount = async () => (await call('GET', '/demo/state')).json.storyCount;
    await expect.poll(storyCount).toBe(12);
    const { json } = await call('GET', '/demo/state');
    const batch = json.batches.find(({ type }: { type: string }) => type === 'import.records');
    expect(batch).toMatchObject({ isVerified: true, refusal: null, rows: 12, label: 'The Inlet Gazette' });
    const { json: whole } = await call('GET', `/demo/batches/${batch.number}`);
    expect(whole.event.data.rows).toHaveLength(12);
    expect(whole.event.data.extra).toEqual({ desk: 'news' });
  });

  it('shows a delivery that it refused, and stores nothing of it', async () => {
    const before = (await call('GET', '/demo/state')).json.storyCount;
    const forged = await call('POST', '/demo/webhook', {
      body: { type: 'import.records' },
      headers: { 'webhook-id': 'dlv_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
    });
    expect(forged.status).toBe(401);
    const { json } = await call('GET', '/demo/state');
    // The demo's own deliveries may arrive at the same time.
    const refused = json.batches.find((batch: { id: string }) => batch.id === 'dlv_1');
    expect(refused).toMatchObject({ isVerified: false, type: null, rows: null });
    expect(json.storyCount).toBe(before);
  });

  it('signs a token for its user that opens a session from its page', async () => {
    const { json: config } = await call('GET', '/demo/config');
    const token = await call('GET', '/demo/user-token');
    expect(token.headers.get('cache-control')).toBe('no-store');
    const { publishableKey, templateCode: template } = config;
    const body = { publishableKey, template, origin, userToken: token.text };
    const session = await call('POST', '/widget/v1/sessions', { body });
    expect(session.status).toBe(201);
    expect(session.json).toMatchObject({ externalUserId: 'demo-user', isSigned: true });
  });

  it('sends no secret to a browser', async () => {
    const { secrets } = booted.inlet.demo ?? {};
    if (!secrets) throw new Error('there is no demo');
    const paths = ['/', '/plain', '/playground/app.js', '/demo/config', '/demo/state', '/demo/user-token'];
    const texts = await Promise.all(paths.map(async (path) => (await call('GET', path)).text));
    for (const secret of [secrets.secretKey, secrets.webhookSecret, secrets.userTokenSecret])
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    expect(texts[1]).toContain(secrets.publishableKey);
  });

  it('controls jobs through the REST API and passes its responses on', async () => {
    const { id } = await gazetteJob();
    expect((await call('POST', `/demo/jobs/${id}/pause`)).json.status).toBe('paused');
    expect((await gazetteJob()).status).toBe('paused');
    expect((await call('POST', `/demo/jobs/${id}/resume`)).json.status).toBe('active');
    expect((await call('POST', `/demo/jobs/${id}/run`)).json.jobId).toBe(id);
    const missing = await call('POST', '/demo/jobs/job_00000000000000000000000001/pause');
    expect([missing.status, missing.json.code]).toEqual([404, 'job_not_found']);
  });

  it('refuses requests from pages of other sites', async () => {
    const { id } = await gazetteJob();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await call('POST', `/demo/jobs/${id}/pause`, { headers })).status).toBe(403);
    expect((await call('GET', '/demo/user-token', { headers })).status).toBe(403);
    expect((await gazetteJob()).status).toBe('active');
  });

  it('answers 304 if nothing has changed', async () => {
    for (const path of ['/demo/feeds/archive.csv', '/demo/config']) await call('GET', path);
    const { headers } = await call('GET', '/demo/feeds/archive.csv');
    const again = await call('GET', '/demo/feeds/archive.csv', {
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('has a page and a picture for each story, and none for future stories', async () => {
    const [story] = (await call('GET', '/demo/state')).json.stories;
    const page = await call('GET', new URL(story.url).pathname);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain(`<h1>${story.title.replaceAll('&', '&amp;')}</h1>`);
    const picture = await call('GET', new URL(story.image).pathname);
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect((await call('GET', '/demo/stories/gazette/999999999')).status).toBe(404);
  });

  it('lets its pages run only its own scripts', async () => {
    for (const path of ['/', '/plain']) {
      const policy = (await call('GET', path)).headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
    }
    expect((await call('GET', '/playground/index.html')).status).toBe(404);
    expect((await call('GET', '/playground/..%2f..%2fpackage.json')).status).toBe(404);
  });
});
