import { createHash } from 'node:crypto';
import { isFinished, type RunView } from '@inlet/contracts';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { createAesCipher } from '@inlet/store-mongo';
import {
  cliProcesses,
  copyVersion0Directory,
  type FeedServer,
  type OldDocument,
  type Receiver,
  type Serving,
  startFeedServer,
  startReceiver,
} from '@inlet/testing';
import { WITHOUT_EMBEDDED } from '@inlet/testing/database';
import mongoose, { type Collection, type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rssOf } from './example-import.js';

const { dataDir, encryptionKey, state, remove } = copyVersion0Directory();
const processes = cliProcesses(() => ({ INLET_DATA_DIR: dataDir }));
const [shop] = state.keys;
let site: FeedServer;
let receiver: Receiver;
let servers: readonly Serving[];

const itemsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${name}-${index}`,
    title: `${name} ${index}`,
    price: '1.50',
  }));
/** Feeds whose runs were interrupted, and their numbers of items. */
const FEEDS = { ingest: 900, away: 7, late: 5, overdue: 3, ending: 40 };

beforeAll(async () => {
  if (WITHOUT_EMBEDDED) return;
  [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  for (const [name, count] of Object.entries(FEEDS))
    site.route(`/${name}.rss`, { body: rssOf(itemsOf(name, count)) });
  site.route('/dry.rss', { body: rssOf(itemsOf('dry', 4)) });
  site.route('/goods.rss', ({ headers }, response) => {
    response.writeHead(headers['if-none-match'] === '"goods-2"' ? 304 : 500).end();
  });
  await useOtherAddresses();
  servers = await Promise.all([processes.serve(), processes.serve()]);
});
afterAll(async () => {
  await processes.kill();
  await Promise.all([site?.close(), receiver?.close()]);
  remove();
});

async function openDatabase<Result>(use: (connection: Connection) => Promise<Result>): Promise<Result> {
  const server = await startEmbeddedMongo({ dataDir });
  const connection = await mongoose.createConnection(server.uri).asPromise();
  try {
    return await use(connection);
  } finally {
    await connection.close();
    await server.close();
  }
}

/** The digest of settings as the old server made it, with which it decided whether a fetch is conditional. */
function configHashOf(
  { recordPath, reading, mapping, changeDetection, templateId }: OldDocument,
  url: string,
) {
  const template = state.templates.find(({ id }) => id === templateId);
  const settings = [template?.columns, template?.identity, template?.uniqueTogether];
  const parts = [url, recordPath, reading, mapping, changeDetection, ...settings];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The ports of the feed and the receiver are others than on the day that the directory was made. */
const useOtherAddresses = () =>
  openDatabase(async (connection) => {
    const moved = (text: string) =>
      text
        .replaceAll(state.feedOrigin, site.origin)
        .replaceAll(state.receiverOrigin, new URL(receiver.url).origin);
    const cipher = createAesCipher({ key: encryptionKey, randomBytes: (size) => Buffer.alloc(size, 3) });
    const collection = (name: string): Collection<OldDocument & { _id: string }> =>
      connection.collection(name);
    for (const [name, part] of [
      ['import_jobs', 'source'],
      ['templates', 'destination'],
    ] as const)
      for (const { _id, [part]: place } of await collection(name).find().toArray())
        if (place) await collection(name).updateOne({ _id }, { $set: { [`${part}.url`]: moved(place.url) } });
    const succeeded = jobOf('Succeeded');
    expect(configHashOf(succeeded, succeeded.source.url)).toBe(succeeded.fetchState.configHash);
    await collection('import_jobs').updateOne(
      { _id: succeeded.id },
      { $set: { 'fetchState.configHash': configHashOf(succeeded, moved(succeeded.source.url)) } },
    );
    for (const { _id, sealedProposal } of await collection('runs').find().toArray()) {
      if (!sealedProposal) continue;
      const context = `run:${_id}:proposal`;
      const $set = {
        sealedProposal: cipher.encrypt(moved(cipher.decrypt(sealedProposal, context)), context),
      };
      await collection('runs').updateOne({ _id }, { $set });
    }
  });

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${servers[0]?.address}${path}`, {
    method,
    headers: {
      accesskey: shop?.secretKey ?? '',
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const runIdOf = (label: string): string => {
  const id = state.runOf[label];
  if (id === undefined) throw new Error(`there is no run of ${label}`);
  return id;
};
const jobOf = (label: string): OldDocument => {
  const job = state.jobs.find((each) => each.label === label);
  if (!job) throw new Error(`there is no job ${label}`);
  return job;
};
const deliveriesOf = (runId: string) => state.deliveries.filter((delivery) => delivery.runId === runId);

/** Reads until the value is right, for up to a minute: maintenance looks for stranded runs every half minute. */
async function waitFor<Value>(
  read: () => Promise<Value> | Value,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`never became right: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ended = (runId: string): Promise<RunView> =>
  waitFor(
    () => call('GET', `/v1/runs/${runId}`),
    ({ outcome }) => isFinished(outcome),
  );

/** Deliveries that the receiver got from a run after the upgrade: titles of rows by delivery id, and closing events. */
function receivedOf(runId: string) {
  const rows: { title: string; id: string }[] = [];
  const closing: { type: string; id: string }[] = [];
  for (const { headers, rawBody } of receiver.requests) {
    const { type, data } = JSON.parse(rawBody.toString());
    if (data.runId !== runId) continue;
    const id = String(headers['webhook-id']);
    if (type !== 'import.records') closing.push({ type, id });
    else for (const { values } of data.rows) rows.push({ title: values.title, id });
  }
  return { rows, closing };
}

const titles = (name: string, count: number) => itemsOf(name, count).map(({ title }) => title);
const sorted = (rows: readonly { title: string }[]) => rows.map(({ title }) => title).toSorted();

describe.skipIf(WITHOUT_EMBEDDED)(
  'two new servers on the data directory of an old one',
  { timeout: 240_000 },
  () => {
    it('migrate it once', () => {
      const lines = servers.flatMap((server) => server.lines);
      const begun = lines.filter(({ msg }) => msg === 'migrating the database').map(({ from }) => from);
      const done = lines.filter(({ msg }) => msg === 'the database is migrated');
      // Each version once, in order, beginning with that of the old directory.
      expect(begun.length).toBeGreaterThan(0);
      expect(begun).toEqual(begun.map((_, version) => version));
      expect(done.map(({ schemaVersion }) => schemaVersion)).toEqual(begun.map((_, version) => version + 1));
    });

    it('read a run that was killed while reading from its start, and send every row once', async () => {
      const runId = runIdOf('Killed while reading');
      const run = await ended(runId);
      expect(run).toMatchObject({ outcome: 'succeeded', trigger: 'person', phase: 'done' });
      expect(sorted(receivedOf(runId).rows)).toEqual(titles('ingest', 900).toSorted());
      // The tick that waited for its end.
      const { items } = await waitFor(
        () => call('GET', `/v1/import-jobs/${run.jobId}/runs`),
        (runs) => runs.items.length === 2 && isFinished(runs.items[0].outcome),
      );
      expect(items[0]).toMatchObject({ trigger: 'schedule', outcome: 'unchanged' });
    });

    it('send what was not acknowledged of a run that was killed while delivering, under the same ids', async () => {
      const runId = runIdOf('Killed while delivering');
      expect(await ended(runId)).toMatchObject({ outcome: 'succeeded', counts: { rowsAcknowledged: 300 } });
      const { rows, closing } = receivedOf(runId);
      const before = deliveriesOf(runId);
      const acknowledged = before.filter(({ status }) => status === 'acknowledged');
      const pending = before.filter(({ status }) => status === 'pending').map(({ id }) => id);
      expect(rows).toHaveLength(300 - 30 * acknowledged.length);
      expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
      expect([...new Set(rows.map(({ id }) => id))].toSorted()).toEqual(pending.toSorted());
      expect(closing.map(({ type }) => type)).toEqual(['import.completed']);
    });

    it('send a closing event that had no answer under the same id, and with the same facts', async () => {
      const runId = runIdOf('Killed while closing');
      const old = state.runs.find(({ id }) => id === runId);
      const { rows, closing } = await waitFor(
        () => receivedOf(runId),
        (received) => received.closing.length > 0,
      );
      expect([rows, closing]).toEqual([[], [{ type: 'import.completed', id: old?.closingDeliveryId }]]);
      const request = receiver.requests.find(({ headers }) => headers['webhook-id'] === closing[0]?.id);
      expect(request?.json).toMatchObject({ data: old?.about });
    });

    it('end a run whose ending was stored, and send its rows again with the next one', async () => {
      const runId = runIdOf('Killed while ending');
      expect(await ended(runId)).toMatchObject({ outcome: 'failed', error: { code: 'delivery_rejected' } });
      const next = await call('POST', `/v1/import-jobs/${jobOf('Killed while ending').id}/run`, {});
      expect(await ended(next.id)).toMatchObject({ outcome: 'succeeded', trigger: 'api' });
      expect(sorted(receivedOf(next.id).rows)).toEqual(titles('ending', 40).toSorted());
    });

    it.each([
      ['Waiting for the receiver', 'busy', 120],
      ['Waiting for the source', 'away', 7],
      ['Not begun', 'late', 5],
    ])('continue a run: %s', async (label, name, count) => {
      const runId = runIdOf(label);
      expect(await ended(runId)).toMatchObject({ outcome: 'succeeded' });
      expect(sorted(receivedOf(runId).rows)).toEqual(titles(name, count).toSorted());
    });

    it('finish a dry run with the source and parse options that it tries out', async () => {
      const run = await ended(runIdOf('Dry run'));
      expect(run).toMatchObject({ outcome: 'succeeded', isDryRun: true, counts: { records: 4 } });
      expect(site.requests.find(({ path }) => path === '/dry.rss')?.headers).toMatchObject({
        'x-token': 'header-secret-of-dry-run',
      });
    });

    it('run what is overdue', async () => {
      const { id } = jobOf('Overdue');
      const { lastRun } = await waitFor(
        () => call('GET', `/v1/import-jobs/${id}`),
        (job) => job.lastRun !== null,
      );
      expect(lastRun).toMatchObject({ outcome: 'succeeded' });
    });

    it('ask an unchanged source with the version that the old server kept, and with its secrets', async () => {
      const { id } = await call('POST', `/v1/import-jobs/${jobOf('Succeeded').id}/run`, {});
      expect(await ended(id)).toMatchObject({ outcome: 'unchanged' });
      expect(site.requests.findLast(({ path }) => path === '/goods.rss')?.headers).toMatchObject({
        'if-none-match': '"goods-2"',
        'x-token': 'header-secret-of-source',
        authorization: `Basic ${Buffer.from('ann:password-secret-of-source').toString('base64')}`,
      });
    });

    it('end at once, with one sentence and without a change, if the data are those of a newer version', async () => {
      await processes.kill();
      const setVersion = (schemaVersion: number) =>
        openDatabase(async (connection) => {
          const meta: Collection<{ _id: string }> = connection.collection('meta');
          await meta.updateOne({ _id: 'schema' }, { $set: { schemaVersion } });
        });
      await setVersion(99);
      const { code, err } = await processes.output(['serve']);
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(/^The database was written by a newer version of Inlet\./),
      ]);
      expect(err).not.toMatch(/\bat .+:\d+/);
    });
  },
);
