import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectSecretsSchema } from '@inlet/contracts';
import { type EmbeddedMongo, startEmbeddedMongo } from '@inlet/embedded-mongo';
import {
  cliProcesses,
  type FeedServer,
  type Receiver,
  type Serving,
  startFeedServer,
  startReceiver,
} from '@inlet/testing';
import { WITHOUT_EMBEDDED } from '@inlet/testing/database';
import mongoose from 'mongoose';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ITEMS, jobInput, rssOf, templateInput } from './example-import.js';

const FEED_PASSWORD = 'Bearer of the feed';

let directory: string;
let feed: FeedServer;
let receiver: Receiver;
const source = () => join(directory, 'source');
/** A path of this test's own. */
const feedPath = () => `/${basename(directory)}.rss`;
const { output, serve, kill } = cliProcesses(() => ({ INLET_DATA_DIR: source() }));

beforeAll(async () => {
  [feed, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
});
afterAll(() => Promise.all([feed.close(), receiver.close()]));
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'inlet-operator-'));
});
afterEach(async () => {
  await kill();
  rmSync(directory, { recursive: true, force: true });
  receiver.clear();
});

interface Shop {
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly jobId: string;
}

async function call(address: string, key: string, [method, path, body]: [string, string, unknown?]) {
  const response = await fetch(address + path, {
    method,
    headers: { accesskey: key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** A project with an import whose source has a secret. */
async function makeShop({ address }: Serving): Promise<Shop> {
  const { out } = await output(['project', 'create', '--name', 'Shop', '--json']);
  const { secretKey, webhookSecret } = projectSecretsSchema.parse(JSON.parse(out));
  const template = await call(address, secretKey, [
    'POST',
    '/v1/templates',
    templateInput({ destination: { url: receiver.url } }),
  ]);
  const url = feed.route(feedPath(), { body: rssOf(ITEMS) });
  const { job } = await call(address, secretKey, [
    'POST',
    '/v1/import-jobs',
    jobInput(template.id, url, {
      source: { kind: 'url', url, headers: { authorization: FEED_PASSWORD } },
      guardRails: { maxInvalidPercent: 100 },
    }),
  ]);
  return { secretKey, webhookSecret, jobId: job.id };
}

async function stop({ child, ended }: Serving): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
}

/** Both secrets were opened: the feed's for the request, the webhook's for the signatures. */
async function expectDelivered({ webhookSecret, jobId }: Shop): Promise<void> {
  const [first] = await receiver.received(1);
  const fetches = feed.requests.filter(({ path }) => path === feedPath());
  expect(fetches.map(({ headers }) => headers.authorization)).toEqual([FEED_PASSWORD]);
  new Webhook(webhookSecret).verify(
    String(first?.rawBody),
    first?.headers as Readonly<Record<string, string>>,
  );
  expect(first?.json).toMatchObject({ type: 'import.records', data: { jobId } });
}

async function inDatabase<Result>(
  uri: string,
  read: (db: mongoose.mongo.Db) => Promise<Result>,
): Promise<Result> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    if (!connection.db) throw new Error('there is no database');
    return await read(connection.db);
  } finally {
    await connection.close();
  }
}

/** Every document, byte by byte, and the names of the indexes. */
const contentsOf = (uri: string) =>
  inDatabase(uri, async (db) => {
    const names = (await db.listCollections().toArray()).map(({ name }) => name).toSorted();
    const contents = names.map(async (name) => {
      const documents = await db.collection(name, { raw: true }).find().sort({ _id: 1 }).toArray();
      const indexes = (await db.collection(name).indexes()).map((index) => index.name).toSorted();
      return [
        name,
        { documents: documents.map((raw) => Buffer.from(raw as never).toString('hex')), indexes },
      ];
    });
    return Object.fromEntries(await Promise.all(contents));
  });

describe.skipIf(WITHOUT_EMBEDDED)(
  `inlet db${WITHOUT_EMBEDDED ? `, skipped as ${WITHOUT_EMBEDDED}` : ''}`,
  () => {
    it('backs up while the server writes, and a server continues with the restored copy', {
      timeout: 240_000,
    }, async () => {
      const server = await serve();
      const shop = await makeShop(server);
      let isOver = false;
      const written: string[] = [];
      const writing = (async () => {
        while (!isOver) {
          const template = templateInput({ code: `extra-${written.length}` });
          written.push((await call(server.address, shop.secretKey, ['POST', '/v1/templates', template])).id);
        }
      })();
      const backup = join(directory, 'backup');
      while (written.length < 5) await new Promise((next) => setTimeout(next, 10));
      const before = [...written];
      const { code, out, err } = await output(['db', 'backup', backup]);
      isOver = true;
      await writing;
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^The database in \S+ was copied to \S+ \(\d+ kB\) and checked\.\n/);
      expect(out).toContain(`\n  ${join(source(), 'encryption.key')}\n`);
      expect(out).not.toContain(readFileSync(join(source(), 'encryption.key'), 'utf8').trim());
      expect(written.length).toBeGreaterThan(before.length);
      await stop(server);

      const restored = { INLET_DATA_DIR: join(directory, 'restored') };
      const restoring = await output(['db', 'restore', backup], restored);
      expect([restoring.code, restoring.err]).toEqual([0, '']);
      expect(restoring.out).toContain('Before you start Inlet, provide the key');
      const validating = await output(['db', 'validate', '--json'], restored);
      expect(JSON.parse(validating.out)).toMatchObject({ isValid: true, dataDir: restored.INLET_DATA_DIR });

      copyFileSync(join(source(), 'encryption.key'), join(restored.INLET_DATA_DIR, 'encryption.key'));
      const second = await serve(restored);
      for (const id of before) await call(second.address, shop.secretKey, ['GET', `/v1/templates/${id}`]);
      await call(second.address, shop.secretKey, ['POST', `/v1/import-jobs/${shop.jobId}/run`, {}]);
      await expectDelivered(shop);
      await stop(second);
    });

    it('moves everything to another server, where imports continue on schedule', {
      timeout: 240_000,
    }, async () => {
      const first = await serve({ INLET_ROLE: 'api' });
      const shop = await makeShop(first);
      const { out: told } = await output(['db', 'uri', '--json']);
      const [address] = JSON.parse(told).uris;
      const before = await contentsOf(address);
      await stop(first);

      const exported = join(directory, 'export');
      const exporting = await output(['db', 'export', exported]);
      expect([exporting.code, exporting.err]).toEqual([0, '']);
      expect(exporting.out).toMatch(/^import_jobs +1 +7$/m);
      expect(exporting.out).toContain('encryption.key');
      expect(readdirSync(exported)).toEqual(['test']);

      const target = await startEmbeddedMongo({ dataDir: join(directory, 'target'), transport: 'loopback' });
      try {
        const uri = `${target.uri}/inlet`;
        const importing = await output(['db', 'import', exported, '--to', uri]);
        expect([importing.code, importing.err]).toEqual([0, '']);
        expect(importing.out).toContain('was read into the database inlet at 127.0.0.1:');
        expect(importing.out).not.toContain(new URL(target.uri).password);
        const after = await contentsOf(uri);
        expect(Object.keys(after)).toContain('work');
        expect(after).toEqual(before);

        await expectTicks(target, { uri, shop });
        await expectRefusal(exported, uri);
      } finally {
        await kill();
        await target.close();
      }
    });
  },
);

/** Inlet over the imported data, a day later: the entry that came along is due. */
async function expectTicks(target: EmbeddedMongo, { uri, shop }: { uri: string; shop: Shop }): Promise<void> {
  const due = { $set: { nextRunAt: new Date(Date.now() - 1000) } };
  const changed = await inDatabase(uri, async (db) => [
    (await db.collection('import_jobs').updateMany({}, due)).matchedCount,
    (await db.collection('work').updateMany({ name: 'import.run' }, due)).matchedCount,
  ]);
  expect(changed).toEqual([1, 1]);
  const inlet = await serve({
    INLET_DATA_DIR: join(directory, 'unused'),
    MONGODB_URI: `${target.uri}/inlet`,
    INLET_ENCRYPTION_KEY: readFileSync(join(source(), 'encryption.key'), 'utf8').trim(),
  });
  await expectDelivered(shop);
  const runs = await call(inlet.address, shop.secretKey, ['GET', `/v1/import-jobs/${shop.jobId}/runs`]);
  expect(runs.items).toMatchObject([{ trigger: 'schedule' }]);
  await stop(inlet);
  expect(readdirSync(directory)).not.toContain('unused');
}

async function expectRefusal(exported: string, uri: string): Promise<void> {
  const again = await output(['db', 'import', exported, '--to', uri]);
  expect([again.code, again.out]).toEqual([1, '']);
  expect(again.err).toMatch(/^The database inlet at 127\.0\.0\.1:\d+ is not empty: there are documents in /);
}
