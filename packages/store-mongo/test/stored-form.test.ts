import { randomBytes } from 'node:crypto';
import type { Source } from '@inlet/contracts';
import { createIds, LARGE_BYTES, makeDelivery, makeJob, makeProject, makeRun } from '@inlet/testing';
import type { Store, StoredAttempt } from '@inlet/workflow';
import type { Collection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAesCipher } from '../src/create-aes-cipher.js';
import {
  openDatabase,
  openEmbeddedDatabase,
  openTestStore,
  type TestDatabase,
} from './open-test-database.js';

interface StoredDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await openEmbeddedDatabase();
  store = await openTestStore(database.connection);
});
afterAll(() => database.close());

const ids = { newId: createIds() };
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 5, 9, 0, seconds));
const collection = (name: string): Collection<StoredDocument> =>
  database.connection.collection<StoredDocument>(name);
const fieldOf = async (name: string, { id, field }: { id: string; field: string }): Promise<unknown> =>
  (await collection(name).findOne({ _id: id }))?.[field];

const attempt: StoredAttempt = { at: at(1), durationMs: 1, status: 200, answer: '', error: null };
const LATER = new Date('2100-01-01');
const twoParts = (fill: number): Buffer[] => [Buffer.alloc(8, fill), Buffer.alloc(1_000_000, fill)];
const LARGE = { bodyBytes: LARGE_BYTES };
const acknowledged = {
  attempt,
  status: 'acknowledged',
  nextAttemptAt: null,
  rowsRejected: 0,
  answersUnread: 0,
  acknowledgedAt: at(1),
  expiresAt: LATER,
} as const;
const failed = { ...acknowledged, status: 'failed', acknowledgedAt: null } as const;

describe('expiry', () => {
  it('is set when a delivery ends, and removed when it is tried again', async () => {
    const made = makeDelivery(ids, { status: 'pending', nextAttemptAt: at(0) });
    const { id, projectId } = made.delivery;
    const expiry = () => fieldOf('deliveries', { id, field: 'expiresAt' });
    await store.deliveries.insert([made]);
    expect(await expiry()).toBeNull();
    const retry = { ...acknowledged, status: 'pending', nextAttemptAt: at(9), expiresAt: null } as const;
    await store.deliveries.recordAttempt({ projectId, deliveryId: id }, retry);
    expect(await expiry()).toBeNull();
    await store.deliveries.recordAttempt({ projectId, deliveryId: id }, failed);
    expect(await expiry()).toEqual(LATER);
    await store.deliveries.retryFailed({ projectId, deliveryId: id }, at(20));
    expect(await expiry()).toBeNull();
  });

  it('is left to the database only for documents that no other documents belong to', async () => {
    const expiring = async (name: string) =>
      (await collection(name).indexes()).filter(({ key }) => 'expiresAt' in key);
    expect(await expiring('idempotency_keys')).toMatchObject([
      { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ]);
    const [index, ...others] = await expiring('deliveries');
    expect(index).toMatchObject({ key: { expiresAt: 1 } });
    expect([index?.expireAfterSeconds, others]).toEqual([undefined, []]);
    expect(await expiring('delivery_bodies')).toEqual([]);
  });
});

describe('the order of writes', () => {
  /** The collections that an operation writes to, in order. */
  async function writesOf(operation: () => Promise<unknown>): Promise<readonly string[]> {
    const client = database.connection.getClient();
    const writes: string[] = [];
    const note = ({
      commandName,
      command,
    }: {
      commandName: string;
      command: Record<string, unknown>;
    }): void => {
      if (['insert', 'update', 'delete', 'findAndModify'].includes(commandName))
        writes.push(String(command[commandName]));
    };
    client.on('commandStarted', note);
    await operation().finally(() => client.off('commandStarted', note));
    return writes;
  }

  it('never leaves a needed delivery without its body, and writes a body only once', async () => {
    const { deliveries } = store;
    const made = makeDelivery(ids, {}, LARGE);
    const { id, projectId, jobId, runId } = made.delivery;
    const bodyFirst = ['delivery_bodies', 'deliveries'];
    const bodyLast = bodyFirst.toReversed();
    expect(await writesOf(() => deliveries.insert([made]))).toEqual(bodyFirst);
    await deliveries.release({ projectId, runId, runAttempt: 1 }, at(0));
    expect(await writesOf(() => deliveries.recordAttempt({ projectId, deliveryId: id }, failed))).toEqual([
      'deliveries',
    ]);
    expect(await writesOf(() => deliveries.retryFailed({ projectId, deliveryId: id }, at(0)))).toEqual([
      'deliveries',
    ]);
    expect(await writesOf(() => deliveries.discard({ projectId, runId }, { expiresAt: LATER }))).toEqual(
      bodyLast,
    );
    await deliveries.insert([makeDelivery(ids, { projectId, jobId, runId }, LARGE)]);
    const removing = () => deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 });
    expect(await writesOf(removing)).toEqual(bodyLast);
    expect(await writesOf(() => deliveries.removeOfJob({ projectId, jobId }))).toEqual(bodyLast);
    const now = new Date('2001-01-01');
    await deliveries.insert([{ ...makeDelivery(ids, {}, LARGE), expiresAt: now }]);
    expect(await writesOf(() => deliveries.removeExpired({ now, limit: 9 }))).toEqual(bodyFirst);
  });

  it('keeps a small body in its delivery: both are one write, and one look-up when it is due', async () => {
    const { deliveries } = store;
    const made = makeDelivery(ids, { status: 'pending', nextAttemptAt: at(0) });
    const { id, projectId, runId } = made.delivery;
    expect(await writesOf(() => deliveries.insert([made]))).toEqual(['deliveries']);
    const due = () => deliveries.listDue({ projectId, runId }, { now: at(1), limit: 9 });
    expect(await due()).toEqual([{ ...made.delivery, body: made.body }]);
    expect(await deliveries.body({ projectId, deliveryId: id })).toEqual(made.body);
    const large = makeDelivery(ids, { projectId, runId, number: 2, status: 'pending' }, LARGE);
    await deliveries.insert([large]);
    expect((await due()).map(({ body }) => body)).toEqual([made.body, null]);
    expect(await deliveries.get({ projectId, deliveryId: id })).not.toHaveProperty('smallBody');
  });

  it('retries and discards deliveries with small and with large bodies in the same way', async () => {
    const { deliveries } = store;
    const [small, large] = [{}, LARGE].map((size) => makeDelivery(ids, { runId: 'run' }, size));
    if (!small || !large) throw new Error('two deliveries were made');
    const { projectId } = small.delivery;
    const made = [small, { ...large, delivery: { ...large.delivery, projectId } }];
    const each = <Result>(act: (ref: { projectId: string; deliveryId: string }) => Promise<Result>) =>
      Promise.all(made.map(({ delivery }) => act({ projectId, deliveryId: delivery.id })));
    await deliveries.insert(made);
    await deliveries.release({ projectId, runId: 'run', runAttempt: 1 }, at(0));
    await each((ref) => deliveries.recordAttempt(ref, failed));
    expect(await each((ref) => deliveries.retryFailed(ref, at(2)))).toEqual([true, true]);
    await deliveries.discard({ projectId, runId: 'run' }, { expiresAt: LATER });
    expect(await each((ref) => deliveries.body(ref))).toEqual([null, null]);
    expect(await each((ref) => deliveries.retryFailed(ref, at(4)))).toEqual([false, false]);
  });

  it('keeps a small item state in one document, and removes it with one write', async () => {
    const owner = { projectId: ids.newId('prj'), jobId: ids.newId('job') };
    const itemStateId = ids.newId('run');
    const [small, other] = [[Buffer.from('head'), Buffer.from('items')], [Buffer.from('others')]];
    const saving = (parts: Buffer[]) =>
      writesOf(() => store.itemStates.save({ ...owner, itemStateId, parts }));
    const load = () => store.itemStates.load({ ...owner, itemStateId });
    expect(await saving(small)).toEqual(['item_states']);
    expect(await load()).toEqual(small);
    for (const parts of [other, twoParts(1), small]) {
      await saving(parts);
      expect((await load())?.map(String)).toEqual(parts.map(String));
    }
    expect(await collection('item_state_parts').countDocuments({ itemStateId })).toBe(0);
    const removing = () => store.itemStates.remove(owner, [itemStateId]);
    expect(await writesOf(removing)).toEqual(['item_states']);
    expect(await load()).toBeNull();
  });

  it('writes the head of an item state after its parts, and removes it before them', async () => {
    const owner = { projectId: ids.newId('prj'), jobId: ids.newId('job') };
    const state = { ...owner, itemStateId: ids.newId('run'), parts: twoParts(0) };
    const saving = await writesOf(() => store.itemStates.save(state));
    expect(saving).toEqual(['item_state_parts', 'item_state_parts', 'item_states', 'item_state_parts']);
    const { remove, removeOfJob } = store.itemStates;
    for (const removing of [() => remove(owner, [state.itemStateId]), () => removeOfJob(owner)])
      expect(await writesOf(removing)).toEqual(['item_states', 'item_state_parts']);
  });
});

describe('data that a crash left', () => {
  it('are overwritten: a body without its delivery', async () => {
    const made = makeDelivery(ids, {}, LARGE);
    const { id, projectId, jobId, runId } = made.delivery;
    const orphan = { _id: id, projectId, jobId, runId, runAttempt: 1, bytes: Buffer.from('old') };
    await collection('delivery_bodies').insertOne(orphan);
    expect(await store.deliveries.get({ projectId, deliveryId: id })).toBeNull();
    await store.deliveries.insert([made]);
    expect(await store.deliveries.body({ projectId, deliveryId: id })).toEqual(made.body);
    expect(await store.deliveries.get({ projectId, deliveryId: id })).toEqual(made.delivery);
  });

  it('are removed when the run is staged again: a body without its delivery', async () => {
    const made = makeDelivery(ids, {}, LARGE);
    const { id, projectId, jobId, runId } = made.delivery;
    const orphan = { _id: id, projectId, jobId, runId, runAttempt: 1, bytes: Buffer.from('old') };
    await collection('delivery_bodies').insertOne(orphan);
    const remaining = () => collection('delivery_bodies').countDocuments({ _id: id });
    await store.deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 1 });
    expect(await remaining()).toBe(1);
    await store.deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 });
    expect(await remaining()).toBe(0);
  });

  it('are removed by a second call: the body of a discarded delivery', async () => {
    const made = makeDelivery(ids, { status: 'discarded' }, LARGE);
    const { id, projectId, runId } = made.delivery;
    await store.deliveries.insert([made]);
    await store.deliveries.discard({ projectId, runId }, { expiresAt: LATER });
    expect(await store.deliveries.body({ projectId, deliveryId: id })).toBeNull();
  });

  it('are removed: an expired delivery without its body', async () => {
    const now = new Date('2001-01-01');
    const made = { ...makeDelivery(ids, {}, LARGE), expiresAt: now };
    await store.deliveries.insert([made]);
    await collection('delivery_bodies').deleteOne({ _id: made.delivery.id });
    expect(await store.deliveries.removeExpired({ now, limit: 9 })).toBe(1);
    expect(
      await store.deliveries.get({ projectId: made.delivery.projectId, deliveryId: made.delivery.id }),
    ).toBeNull();
  });

  it('are not loaded: an item state without a head, or without one of its parts', async () => {
    const owner = { projectId: ids.newId('prj'), jobId: ids.newId('job') };
    const load = (itemStateId: string) => store.itemStates.load({ ...owner, itemStateId });
    const [halfWritten, damaged] = [ids.newId('run'), ids.newId('run')];
    const parts = twoParts(1);
    for (const itemStateId of [halfWritten, damaged])
      await store.itemStates.save({ ...owner, itemStateId, parts });
    await collection('item_states').deleteOne({ _id: halfWritten });
    expect(await load(halfWritten)).toBeNull();
    expect(await collection('item_state_parts').countDocuments({ itemStateId: damaged })).toBe(2);
    await collection('item_state_parts').deleteOne({ itemStateId: damaged });
    expect(await load(damaged)).toBeNull();
    await store.itemStates.removeOfJob(owner);
    expect(await collection('item_state_parts').countDocuments(owner)).toBe(0);
  });

  it('are removed: parts of a state that the same run saved before', async () => {
    const owner = { projectId: ids.newId('prj'), jobId: ids.newId('job') };
    const itemStateId = ids.newId('run');
    for (const fill of [1, 2]) await store.itemStates.save({ ...owner, itemStateId, parts: twoParts(fill) });
    expect(await collection('item_state_parts').countDocuments({ itemStateId })).toBe(2);
  });
});

describe('secrets', () => {
  it('cannot be read with another INLET_ENCRYPTION_KEY, which the error names', async () => {
    const cipher = createAesCipher({ key: Buffer.alloc(32, 1), randomBytes });
    const other = await openTestStore(database.connection, cipher);
    const job = makeJob(ids);
    await store.jobs.insert(job);
    const reading = other.jobs.get({ projectId: job.projectId, jobId: job.id });
    await expect(reading).rejects.toMatchObject({
      code: 'encryption_key_wrong',
      message: /INLET_ENCRYPTION_KEY/,
    });
    expect(await store.jobs.get({ projectId: job.projectId, jobId: job.id })).toEqual(job);
  });

  it('keep a store from being opened with another key if there is a project', async () => {
    const cipher = createAesCipher({ key: Buffer.alloc(32, 2), randomBytes });
    const { connection, close } = openDatabase(database.uri);
    const first = await openTestStore(connection);
    await openTestStore(connection, cipher);
    await first.projects.insert(makeProject(ids));
    await expect(openTestStore(connection, cipher)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
      message: /INLET_ENCRYPTION_KEY/,
    });
    await openTestStore(connection);
    await close();
  });

  it('cannot be opened in another document', async () => {
    const [mine, yours] = [makeJob(ids), makeJob(ids)];
    for (const job of [mine, yours]) await store.jobs.insert(job);
    const source = await fieldOf('import_jobs', { id: yours.id, field: 'source' });
    await collection('import_jobs').updateOne({ _id: mine.id }, { $set: { source } });
    const reading = store.jobs.get({ projectId: mine.projectId, jobId: mine.id });
    await expect(reading).rejects.toMatchObject({ code: 'encryption_key_wrong' });
  });

  it.each<Source>([
    { kind: 'url', url: 'https://a.example/', auth: { kind: 'bearer', token: 'SECRET' } },
    {
      kind: 'url',
      url: 'https://a.example/',
      auth: { kind: 'api_key', in: 'query', name: 'key', value: 'SECRET' },
    },
    {
      kind: 'url',
      url: 'https://a.example/',
      auth: {
        kind: 'oauth2_client_credentials',
        tokenUrl: 'https://id.example/token',
        clientId: 'us',
        clientSecret: 'SECRET',
      },
      request: { method: 'POST', body: { $where: 'SECRET', 'a.b': 1 } },
    },
  ])('of authentication and the body of a request are not readable: %j', async (source) => {
    const job = makeJob(ids, { source });
    await store.jobs.insert(job);
    const stored = await collection('import_jobs').findOne({ _id: job.id });
    expect(JSON.stringify(stored)).not.toContain('SECRET');
    expect(await store.jobs.get({ projectId: job.projectId, jobId: job.id })).toEqual(job);
  });

  it('in an address leave the rest of it readable', async () => {
    const job = makeJob(ids);
    await store.jobs.insert(job);
    expect(await fieldOf('import_jobs', { id: job.id, field: 'source' })).toMatchObject({
      url: 'https://feeds.example.com/a%20b?q=1#x',
      basicAuth: { username: 'reader' },
    });
  });
});

describe('stores', () => {
  it('of two databases are separate in one process', async () => {
    const second = openDatabase(database.uri);
    try {
      const other = await openTestStore(second.connection);
      const run = makeRun(ids);
      await store.runs.insert(run);
      expect(await other.runs.get({ projectId: run.projectId, runId: run.id })).toBeNull();
      await other.runs.insert(run);
      expect(await other.runs.get({ projectId: run.projectId, runId: run.id })).toEqual(run);
    } finally {
      await second.close();
    }
  });

  it('can be created twice on the same connection', async () => {
    const again = await openTestStore(database.connection);
    const run = makeRun(ids);
    await again.runs.insert(run);
    expect(await store.runs.get({ projectId: run.projectId, runId: run.id })).toEqual(run);
  });

  it('reject a field that the schema does not have', async () => {
    const job = { ...makeJob(ids), surprise: 1 };
    await expect(store.jobs.insert(job)).rejects.toThrow(/surprise/);
    expect(await store.jobs.get({ projectId: job.projectId, jobId: job.id })).toBeNull();
    const stored = makeJob(ids);
    await store.jobs.insert(stored);
    const changes = { label: 'New', surprise: 1 };
    const changing = store.jobs.change(
      { projectId: stored.projectId, jobId: stored.id },
      { changes, now: at(1) },
    );
    await expect(changing).rejects.toThrow(/surprise/);
    expect(await store.jobs.get({ projectId: stored.projectId, jobId: stored.id })).toEqual(stored);
  });

  it('report an unreachable database', async () => {
    const gone = openDatabase(database.uri);
    const other = await openTestStore(gone.connection);
    await gone.connection.getClient().close();
    for (const operation of [
      () => other.ping(),
      () => other.jobs.counts(),
      () => other.runs.get({ projectId: 'p', runId: 'r' }),
    ])
      await expect(operation()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
