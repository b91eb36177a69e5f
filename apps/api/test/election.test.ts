import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedMongo, startEmbeddedMongo } from '@inlet/embedded-mongo';
import { FAR_AWAY } from '@inlet/testing';
import { type DatabaseProxy, startDatabaseProxy } from '@inlet/testing/database';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BootedInlet, bootInlet } from './boot-inlet.js';
import { jobInput, templateInput } from './example-import.js';

let dataDir: string;
let server: EmbeddedMongo;
let proxy: DatabaseProxy;
let booted: BootedInlet;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inlet-election-'));
  server = await startEmbeddedMongo({ dataDir });
  proxy = await startDatabaseProxy(server.uri);
  booted = await bootInlet({
    MONGODB_URI: proxy.uri,
    INLET_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    INLET_ROLE: 'api',
  });
});
afterEach(() => proxy.refuse([], null));
afterAll(async () => {
  await booted.close();
  await proxy.close();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const stepDown = (commands: readonly string[]) =>
  proxy.refuse(commands, { code: 189, codeName: 'PrimarySteppedDown' });

test('requests during an election are answered with 503 and retry-after, and succeed after it', async () => {
  const { json: template } = await booted.call('POST', '/v1/templates', {
    body: templateInput({ destination: { url: 'http://127.0.0.1:9/' } }),
  });
  const body = jobInput(template.id, 'http://127.0.0.1:9/', { schedule: FAR_AWAY });
  const create = () => booted.call('POST', '/v1/import-jobs', { body });
  const list = () => booted.call('GET', '/v1/templates');
  for (const [commands, call] of [
    [['find'], list],
    [['insert'], create],
    // The queue entry of the job.
    [['update'], create],
  ] as const) {
    stepDown(commands);
    const refused = await call();
    expect([refused.status, refused.json.code], String(commands)).toEqual([503, 'unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  proxy.refuse([], null);
  expect((await list()).status).toBe(200);
  expect((await create()).status).toBe(201);
});
