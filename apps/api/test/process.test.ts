import { projectSecretsSchema } from '@inlet/contracts';
import { cliProcesses, type FeedServer, freePort, startFeedServer } from '@inlet/testing';
import { type TestDatabase, testDatabase } from '@inlet/testing/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from './boot-inlet.js';
import { jobInput, templateInput } from './example-import.js';

let database: TestDatabase;
let feed: FeedServer;
const { output, serve, kill } = cliProcesses(() => database.environment);

beforeAll(async () => {
  feed = await startFeedServer();
});
afterAll(() => feed.close());
beforeEach(() => {
  database = testDatabase();
});
afterEach(async () => {
  await kill();
  await database.forget();
});

async function call(
  address: string,
  key: string,
  { method = 'GET', path, body }: { method?: string; path: string; body?: unknown },
): Promise<Pick<Answer, 'status' | 'json'>> {
  const response = await fetch(address + path, {
    method,
    headers: { accesskey: key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

describe('inlet serve', () => {
  it('shares its data with the command line while it runs, and stops on SIGTERM', async () => {
    const { child, address, lines, ended } = await serve();
    const created = await output(['project', 'create', '--name', 'Shop', '--json']);
    expect([created.code, created.err]).toEqual([0, '']);
    const { secretKey } = projectSecretsSchema.parse(JSON.parse(created.out));
    expect(await call(address, secretKey, { path: '/v1/templates' })).toEqual({
      status: 200,
      json: { items: [], nextCursor: null },
    });
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(lines.map(({ msg }) => msg).slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('requeues its work when it stops, and the next process continues it', async () => {
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let askedTimes = 0;
    let isAsked: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const url = feed.route('/slow.json', async (_request, response) => {
      askedTimes += 1;
      isAsked();
      if (askedTimes === 1) return;
      await released;
      response.end(JSON.stringify([{ title: 'Apple' }]));
    });
    const first = await serve();
    const created = await output(['project', 'create', '--name', 'Shop', '--json']);
    const { secretKey } = projectSecretsSchema.parse(JSON.parse(created.out));
    const destination = { url: feed.route('/hook', { status: 204 }) };
    const template = await call(first.address, secretKey, {
      method: 'POST',
      path: '/v1/templates',
      body: templateInput({ destination }),
    });
    const job = await call(first.address, secretKey, {
      method: 'POST',
      path: '/v1/import-jobs',
      body: jobInput(template.json.id, url, {
        recordPath: '/',
        mapping: [{ column: 'title', path: 'title' }],
        runNow: true,
      }),
    });
    expect(job.status).toBe(201);
    await asked;
    first.child.kill('SIGTERM');
    expect(await first.ended).toEqual({ code: 0, signal: null });

    const second = await serve();
    release();
    const events = await fetch(`${second.address}/v1/runs/${job.json.run.id}/events`, {
      headers: { accesskey: secretKey },
    });
    await events.text();
    const run = await call(second.address, secretKey, { path: `/v1/runs/${job.json.run.id}` });
    expect(run.json).toMatchObject({ outcome: 'succeeded', counts: { records: 1, rowsAcknowledged: 1 } });
    second.child.kill('SIGINT');
    expect(await second.ended).toEqual({ code: 0, signal: null });
  });

  it('exits at once on a second signal', async () => {
    const url = feed.route('/never.json', { hang: true });
    const { child, address, said, ended } = await serve({ INLET_SHUTDOWN_SECONDS: '600' });
    const created = await output(['project', 'create', '--name', 'Shop', '--json']);
    const { secretKey } = projectSecretsSchema.parse(JSON.parse(created.out));
    // A request in progress, which a graceful stop waits for.
    const outline = call(address, secretKey, {
      method: 'POST',
      path: '/v1/sources/outline',
      body: { source: { kind: 'url', url } },
    });
    outline.catch(() => undefined);
    while (!feed.requests.some(({ path }) => path === '/never.json'))
      await new Promise((next) => setTimeout(next, 10));
    child.kill('SIGTERM');
    await said('stopping');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 1, signal: null });
    await expect(outline).rejects.toThrow();
  });

  it('does not start with a wrong setting, and names it', async () => {
    expect(await output(['serve'], { PORT: 'http' })).toEqual({
      code: 1,
      out: '',
      err: 'PORT is "http", but must be a whole number from 0 to 65535.\n',
    });
    expect(await output(['serve'], { INLET_ALLOWED_PRIVATE_NETWORKS: 'everything' })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^INLET_ALLOWED_PRIVATE_NETWORKS is wrong: "everything" is not a network[^\n]*\n$/,
      ),
    });
  });

  it('does not start on a port in use', async () => {
    const { code, out, err } = await output(['serve'], { PORT: String(feed.port) });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const [, taken, free] =
      /^PORT is (\d+), but another process listens on it already; (\d+) is free\.\n$/.exec(err) ?? [];
    expect(taken).toBe(String(feed.port));
    expect(Number(free)).toBeGreaterThan(feed.port);
  });

  it('does not take the demo away from the server that shows it', async () => {
    const port = await freePort();
    const first = await serve({ INLET_DEMO: '1', PORT: String(port) });
    const second = await output(['serve'], { INLET_DEMO: '1', PORT: String(await freePort()) });
    expect(second).toEqual({
      code: 1,
      out: '',
      err: `The demo of this data directory runs at http://127.0.0.1:${port} already. Stop that server, or start this one with INLET_DEMO=0 or another INLET_DATA_DIR.\n`,
    });
    first.child.kill('SIGTERM');
    await first.ended;
    const third = await serve({ INLET_DEMO: '1', PORT: String(await freePort()) });
    expect((await fetch(third.address)).status).toBe(200);
  });

  it('takes two of the same signal at once as one', async () => {
    const { child, ended } = await serve();
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it('reports why it cannot reach its database, without the password', async () => {
    const { code, err } = await output(['project', 'list'], {
      MONGODB_URI: 'mongodb://ann:hunter2@127.0.0.1:1/inlet?serverSelectionTimeoutMS=200',
      INLET_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    });
    expect([code, err]).toEqual([
      1,
      'Inlet is not ready. The database cannot be reached: connect ECONNREFUSED 127.0.0.1:1\nTry again in a few seconds.\n',
    ]);
  });
});
