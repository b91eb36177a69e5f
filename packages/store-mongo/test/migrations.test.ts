import { createHash } from 'node:crypto';
import { DEFAULT_RETENTION, DEFAULT_USER_TOKENS } from '@inlet/contracts';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { copyVersion0Directory, type OldDocument, type Version0State } from '@inlet/testing';
import type { Store } from '@inlet/workflow';
import type { Connection, mongo } from 'mongoose';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cipher, createAesCipher } from '../src/create-aes-cipher.js';
import { migrateDatabase } from '../src/migrations/migrate-database.js';
import { openDatabase, openEmbeddedDatabase, openTestStore, silentLog } from './open-test-database.js';

interface OldDatabase {
  readonly connection: Connection;
  readonly db: mongo.Db;
  readonly uri: string;
  readonly cipher: Cipher;
  readonly state: Version0State;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
});

const dbOf = ({ db }: Connection): mongo.Db => {
  if (db === undefined) throw new Error('the connection is closed');
  return db;
};

async function openOldEmbedded(): Promise<OldDatabase> {
  const { dataDir, encryptionKey, state, remove } = copyVersion0Directory();
  closers.push(remove);
  const server = await startEmbeddedMongo({ dataDir });
  closers.push(() => server.close());
  const { connection } = openDatabase(server.uri, 'test');
  await connection.asPromise();
  closers.push(() => connection.close());
  const cipher = createAesCipher({ key: encryptionKey, randomBytes: (size) => Buffer.alloc(size, 7) });
  return { connection, db: dbOf(connection), uri: server.uri, cipher, state };
}

/** The same documents and indexes in a new database, on the same server or another one. */
async function copyDatabase(old: OldDatabase, uri: string): Promise<OldDatabase> {
  const { connection, close } = openDatabase(uri);
  await connection.asPromise();
  closers.push(close);
  const db = dbOf(connection);
  for (const { name } of await old.db.listCollections().toArray()) {
    const documents = await old.db.collection(name).find().toArray();
    if (documents.length > 0) await db.collection(name).insertMany(documents);
    for (const { key, name: index, v: _, ...options } of await old.db.collection(name).indexes())
      if (index !== '_id_') await db.collection(name).createIndex(key, options);
  }
  return { ...old, connection, db, uri };
}

const { TEST_MONGODB_URI } = process.env;
const databases: [string, () => Promise<OldDatabase>][] = [['the embedded database', openOldEmbedded]];
if (TEST_MONGODB_URI !== undefined)
  databases.push(['MongoDB', async () => copyDatabase(await openOldEmbedded(), TEST_MONGODB_URI)]);

const json = (value: unknown) => JSON.parse(JSON.stringify(value));
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const versionOf = ({ etag, lastModified }: OldDocument) =>
  etag || lastModified ? JSON.stringify({ etag, lastModified }) : null;

function newFetchState(old: OldDocument | null, ignoredColumns: readonly string[] | null = null) {
  if (old === null) return null;
  const { etag: _, lastModified: __, ...rest } = old;
  return {
    ...rest,
    version: versionOf(old),
    rowIdentity: null,
    incomplete: null,
    pages: 1,
    checkedAt: null,
    ignoredColumns,
  };
}

const newProject = (old: Version0State['projects'][number]) => ({
  // Projects from before the settings of user tokens have the default ones.
  project: {
    ...old.project,
    userTokens: DEFAULT_USER_TOKENS,
    shareMappings: false,
    retention: DEFAULT_RETENTION,
  },
  secretKeys: [{ hash: old.secretKeyHash, prefix: null, validUntil: null }],
  publishableKeys: [{ hash: old.publishableKeyHash, prefix: null, validUntil: null }],
  userTokenSecrets: [{ value: old.userTokenSecret, validUntil: null }],
  webhookSecrets: old.webhookSecrets.map((value) => ({ value, validUntil: null })),
  revision: 1,
});

const newColumns = (columns: readonly OldDocument[] | null) =>
  columns?.map((column) => ({ ...column, onInvalid: 'reject' })) ?? null;

const newCounts = (counts: OldDocument) => ({ ...counts, empty: 0, rekeyed: 0, excluded: 0, notSent: 0 });

const newJob = ({ reading, fetchState, ...rest }: OldDocument) => ({
  ...rest,
  kind: 'feed',
  parseOptions: reading,
  identity: { by: 'template' },
  firstRun: 'all',
  filter: null,
  whenHeld: 'replace',
  heldRunId: null,
  bodyLimit: null,
  temporaryUntil: null,
  runCount: 0,
  columns: newColumns(rest.columns),
  changeDetection: { ...rest.changeDetection, ignoreColumns: [] },
  guardRails: { ...rest.guardRails, holdOnChurn: true, sourceIncomplete: 'hold' },
  lastRun: rest.lastRun && { ...rest.lastRun, counts: newCounts(rest.lastRun.counts) },
  fetchState: newFetchState(fetchState, []),
});

const PHASES: Record<string, string> = { reading: 'ingest', guarding: 'guard', delivering: 'deliver' };
const newTrigger = (trigger: string) => (trigger === 'schedule' ? 'schedule' : 'person');

/** Before anything of it was sent, the facts of a run have the new name of its trigger. */
function newAbout({ about, step, ending }: OldDocument) {
  const isSilent = ['waiting', 'reading'].includes(step) && ending === null;
  return isSilent ? { ...about, trigger: newTrigger(about.trigger) } : about;
}

function newRun(old: OldDocument) {
  const { step, claims, stagedClaim, attempts, trigger, ending, proposal, fetchStateAfter, ...rest } = old;
  return {
    ...rest,
    counts: newCounts(rest.counts),
    phase: PHASES[step] ?? step,
    upload: null,
    trigger: newTrigger(trigger),
    attempt: claims,
    stagedAttempt: stagedClaim,
    attemptsSinceRequeue: attempts,
    fetchStateAfter: newFetchState(fetchStateAfter),
    about: newAbout(old),
    ending: ending && newEnding(ending),
    proposal: proposal && newProposal(proposal),
    held: null,
    decision: null,
    decisionDeliveryId: null,
    replacedBy: null,
    undoes: null,
    undoneBy: null,
  };
}

const newEnding = ({ takesBack, fetchState, ...rest }: OldDocument) => ({
  ...rest,
  counts: newCounts(rest.counts),
  retracts: takesBack === 'nothing' ? 'none' : takesBack,
  fetchState: newFetchState(fetchState),
});
const newProposal = ({ reading, ...rest }: OldDocument) => ({ ...rest, parseOptions: reading });

const newDelivery = ({ claim, status, bodyDigest: _, ...rest }: OldDocument) => ({
  ...rest,
  runAttempt: claim,
  reason: null,
  replayOf: null,
  status: status === 'held' ? 'staged' : status,
});

/** Everything that the old store read, read by this one. */
async function readAll(store: Store, state: Version0State) {
  const { projects, templates, jobs, runs, deliveries } = state;
  const itemStates: Record<string, string> = {};
  const issues: Record<string, readonly unknown[]> = {};
  const bodies: Record<string, string | null> = {};
  for (const { id, projectId, itemStateId } of jobs) {
    const parts = itemStateId && (await store.itemStates.load({ projectId, jobId: id, itemStateId }));
    if (parts) itemStates[id] = digest(Buffer.concat(parts));
  }
  for (const { id, projectId, stagedClaim } of runs) {
    const { items } = await store.issues.list(
      { projectId, runId: id, runAttempt: stagedClaim },
      { limit: 500 },
    );
    if (items.length > 0) issues[id] = items;
  }
  for (const { id, projectId } of deliveries) {
    const body = await store.deliveries.body({ projectId, deliveryId: id });
    bodies[id] = body && digest(body);
  }
  const each = async (
    found: readonly OldDocument[],
    get: (projectId: string, id: string) => Promise<unknown>,
  ) => json(await Promise.all(found.map(({ projectId, id }) => get(projectId, id))));
  return {
    projects: json(await Promise.all(projects.map(({ project }) => store.projects.get(project.id)))),
    templates: await each(templates, (projectId, templateId) =>
      store.templates.get({ projectId, templateId }),
    ),
    jobs: await each(jobs, (projectId, jobId) => store.jobs.get({ projectId, jobId })),
    runs: await each(runs, (projectId, runId) => store.runs.get({ projectId, runId })),
    deliveries: await each(deliveries, (projectId, deliveryId) =>
      store.deliveries.get({ projectId, deliveryId }),
    ),
    itemStates,
    issues,
    bodies,
  };
}

const expected = (state: Version0State) => ({
  projects: state.projects.map(newProject),
  templates: state.templates.map((template) => ({
    ...template,
    revision: 1,
    columns: newColumns(template.columns),
    usersDecideHeldRuns: false,
    allowPartial: false,
    blank: 'clear',
    allowCustomColumns: false,
  })),
  jobs: state.jobs.map(newJob),
  runs: state.runs.map(newRun),
  deliveries: state.deliveries.map(newDelivery),
  itemStates: state.itemStates,
  issues: state.issues,
  bodies: Object.fromEntries(state.deliveries.map(({ id, bodyDigest }) => [id, bodyDigest])),
});

const OLD_NAMES = [
  'secretKeyHash',
  'publishableKeyHash',
  'userTokenSecret',
  'claim',
  'claims',
  'stagedClaim',
  'step',
  'reading',
  'takesBack',
  'etag',
  'lastModified',
];
const OLD_SEALED = ['sealedUrl', 'sealedHeaders', 'sealedPassword', 'sealedValue', 'heldBy'];

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...namesIn(member)]);
}

async function dump(db: mongo.Db): Promise<Record<string, readonly mongo.Document[]>> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const found: Record<string, readonly mongo.Document[]> = {};
  for (const name of names.toSorted())
    found[name] = await db.collection(name).find().sort({ _id: 1 }).toArray();
  return found;
}

const versionIn = (db: mongo.Db) => db.collection<{ _id: string }>('meta').findOne({ _id: 'schema' });
const CURRENT = { _id: 'schema', schemaVersion: 8, leaseOwner: null, leaseUntil: null };

const migration = ({ db, cipher }: Pick<OldDatabase, 'db' | 'cipher'>, owner = 'a') => ({
  db,
  cipher,
  owner,
  log: silentLog,
  now: () => new Date(),
});

describe.each(databases)('a database of version 0 on %s', (_, open) => {
  it('is read with all of its documents and secrets, under their new names', async () => {
    const old = await open();
    const store = await openTestStore(old.connection, old.cipher);
    expect(await readAll(store, old.state)).toEqual(expected(old.state));
    expect(await versionIn(old.db)).toEqual(CURRENT);
  });

  it('keeps the responses of idempotency keys, sealed', async () => {
    const old = await open();
    const { idempotency } = await openTestStore(old.connection, old.cipher);
    const [stored] = await old.db.collection('idempotency_keys').find().toArray();
    const now = new Date();
    const begun = await idempotency.begin({
      projectId: old.state.keys[0]?.projectId ?? '',
      key: 'create-job-once',
      fingerprint: stored?.fingerprint,
      now,
      expiresAt: now,
    });
    expect(begun).toEqual({
      kind: 'finished',
      response: { status: 201, body: JSON.stringify(old.state.createResponse) },
    });
  });

  it('has no old name and no old index left, and no secret in clear', async () => {
    const old = await open();
    await openTestStore(old.connection, old.cipher);
    const documents = await dump(old.db);
    const names = new Set(Object.values(documents).flatMap(namesIn));
    expect([...OLD_NAMES, ...OLD_SEALED].filter((name) => names.has(name))).toEqual([]);
    expect(JSON.stringify(documents)).not.toMatch(/(header|password|url)-secret|second-secret/);
    for (const name of Object.keys(documents))
      for (const { key } of await old.db.collection(name).indexes())
        expect(OLD_NAMES.filter((old) => old in key)).toEqual([]);
  });

  it('is migrated once by two processes that start together', async () => {
    const old = await open();
    const begun: object[] = [];
    const info = (fields: object, message: string) => {
      if (message === 'migrating the database') begun.push(fields);
    };
    const log = { ...silentLog, info };
    const start = (owner: string) => migrateDatabase({ ...migration(old, owner), log });
    await Promise.all([start('a'), start('b'), start('c')]);
    expect(begun).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
      { from: 4, to: 5 },
      { from: 5, to: 6 },
      { from: 6, to: 7 },
      { from: 7, to: 8 },
    ]);
    expect(await versionIn(old.db)).toEqual(CURRENT);
    const store = await openTestStore(old.connection, old.cipher);
    expect(await readAll(store, old.state)).toEqual(expected(old.state));
  });

  it('has the same form in the end if the migration is killed at any of its writes and repeated', async () => {
    const untouched = await open();
    const whole = await copyDatabase(untouched, untouched.uri);
    await migrateDatabase(migration(whole));
    const result = await dump(whole.db);
    let kills = 0;
    for (let isKilled = true; isKilled; kills += 1) {
      const old = await copyDatabase(untouched, untouched.uri);
      const dying = migrateDatabase(migration({ ...old, db: dyingAfter(old.db, kills) }));
      isKilled = await dying.then(
        () => false,
        () => true,
      );
      const anHourLater = () => new Date(Date.now() + 3_600_000);
      await migrateDatabase({ ...migration(old, 'b'), now: anHourLater });
      expect(await dump(old.db), `killed at write ${kills}`).toEqual(result);
    }
    // First version, lease, nine collections, four indexes, version 1, the templates again, last version.
    expect(kills).toBeGreaterThan(17);
  }, 240_000);
});

/** A database of a process that dies at its write number `writes`, half-way through it if it writes several documents. */
function dyingAfter(db: mongo.Db, writes: number): mongo.Db {
  let left = writes;
  const WRITES = new Set<string | symbol>(['updateOne', 'bulkWrite', 'dropIndex']);
  const die = async () => {
    throw new Error('killed');
  };
  const dyingCollection = (collection: mongo.Collection) =>
    new Proxy(collection, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (left < 0) return die;
        if (!WRITES.has(name)) return member.bind(target);
        return async (...args: unknown[]) => {
          left -= 1;
          if (left >= 0) return Reflect.apply(member, target, args);
          const [operations, ...rest] = args;
          if (name === 'bulkWrite' && Array.isArray(operations) && operations.length > 1)
            await Reflect.apply(member, target, [operations.slice(0, operations.length / 2), ...rest]);
          return die();
        };
      },
    });
  return new Proxy(db, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === 'collection') return (given: string) => dyingCollection(target.collection(given));
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

describe('a database of version 3', () => {
  const held = {
    rule: 'churn',
    counts: { affected: 3, total: 3 },
    limit: null,
    examples: [],
    message: 'Ids.',
  };
  const decision = { action: 'release', removals: 'send', reason: 'Fine', by: { kind: 'host' }, at: 'now' };
  const LATER_STATE = ['incomplete', 'pages', 'checkedAt', 'ignoredColumns'];
  const without = (part: string, members: readonly string[]) =>
    Object.fromEntries(members.map((member) => [part === '' ? member : `${part}.${member}`, 1] as const));

  it('gets the members that documents have since then', async () => {
    const old = await openOldEmbedded();
    await migrateDatabase(migration(old));
    const whole = await dump(old.db);
    const collection = (name: string) => old.db.collection<OldDocument & { _id: string }>(name);
    await collection('templates').updateMany({}, { $unset: { usersDecideHeldRuns: 1 } });
    await collection('import_jobs').updateMany(
      {},
      {
        $unset: {
          ...without('', ['whenHeld', 'heldRunId', 'bodyLimit']),
          ...without('guardRails', ['sourceIncomplete']),
          ...without('fetchState', LATER_STATE),
        },
      },
    );
    for (const part of ['fetchStateAfter', 'ending.fetchState'])
      await collection('runs').updateMany(
        { [part]: { $type: 'object' } },
        { $unset: without(part, LATER_STATE) },
      );
    const [undecided = '', released = ''] = (await collection('runs').find().limit(2).toArray()).map(
      ({ _id }) => _id,
    );
    await collection('runs').updateMany(
      { _id: { $nin: [undecided, released] } },
      { $unset: without('', ['held', 'decision', 'decisionDeliveryId', 'replacedBy']) },
    );
    await collection('runs').updateOne({ _id: undecided }, { $set: { held } });
    await collection('runs').updateOne({ _id: released }, { $set: { held, decision } });
    await collection('meta').updateOne({ _id: 'schema' }, { $set: { schemaVersion: 3 } });

    await migrateDatabase(migration(old));
    const migrated = await dump(old.db);
    const { runs: runsBefore = [], ...others } = whole;
    const { runs = [], ...migratedOthers } = migrated;
    expect(migratedOthers).toEqual(others);
    const withHeld = { held: { ...held, repair: null } };
    const isHeld = (id: string) => ({
      ...withHeld,
      ...(id === released && { decision: { ...decision, identifyBy: null } }),
    });
    expect(runs).toEqual(
      runsBefore.map((run) =>
        [undecided, released].includes(run._id) ? { ...run, ...isHeld(run._id) } : run,
      ),
    );
  });
});

describe('a database of version 4', () => {
  it.each<[string | undefined, string]>([
    ['rss', 'id'],
    ['csv', 'content'],
    ['json', 'content'],
    [undefined, 'id'],
  ])('whose job reads %s calls its identity by the name of %s', async (format, basis) => {
    const old = await openOldEmbedded();
    await migrateDatabase(migration(old));
    const jobs = old.db.collection<OldDocument & { _id: string }>('import_jobs');
    const runs = old.db.collection<OldDocument & { _id: string }>('runs');
    const [job = ''] = (await jobs.find({ fetchState: { $type: 'object' } }).toArray()).map(({ _id }) => _id);
    const [run = ''] = (await runs.find({ fetchStateAfter: { $type: 'object' } }).toArray()).map(
      ({ _id }) => _id,
    );
    const rowIdentity = { by: '[]', basis: 'id' };
    const parseOptions = format === undefined ? {} : { format };
    await jobs.updateOne({ _id: job }, { $set: { parseOptions, 'fetchState.rowIdentity': rowIdentity } });
    await runs.updateOne({ _id: run }, { $set: { 'fetchStateAfter.rowIdentity': rowIdentity } });
    await old.db
      .collection<{ _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { schemaVersion: 4 } });

    await migrateDatabase(migration(old));
    const migratedJob = await jobs.findOne({ _id: job });
    expect(migratedJob?.fetchState.rowIdentity).toEqual({ by: '[]', basis, paths: null });
    const migratedRun = await runs.findOne({ _id: run });
    expect(migratedRun?.fetchStateAfter.rowIdentity).toEqual({ by: '[]', basis: 'id', paths: null });
  });
});

describe('a database of version 7', () => {
  it('gets the members that uploads and projects have since then', async () => {
    const old = await openOldEmbedded();
    await migrateDatabase(migration(old));
    const uploads = old.db.collection<OldDocument & { _id: string }>('uploads');
    await uploads.insertOne({ _id: 'upl_old', files: [{ id: 'fil_old' }] } as never);
    const projects = old.db.collection<OldDocument & { _id: string }>('projects');
    await projects.insertOne({ _id: 'prj_old' } as never);
    await old.db
      .collection<{ _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { schemaVersion: 7 } });
    await migrateDatabase(migration(old));
    expect(await uploads.findOne({ _id: 'upl_old' })).toMatchObject({
      rejections: null,
      customColumns: [],
      automation: null,
      reviewLinks: [],
      files: [{ id: 'fil_old', error: null, mismatch: null, sameAs: null }],
    });
    expect(await projects.findOne({ _id: 'prj_old' })).toMatchObject({ shareMappings: false });
  });
});

describe('a migration whose process fell silent', () => {
  it('is taken over when its lease has ended, and not before', async () => {
    const old = await openOldEmbedded();
    const meta = old.db.collection<{ _id: string }>('meta');
    const leaseUntil = new Date(Date.now() + 800);
    await meta.insertOne({ _id: 'schema', ...{ schemaVersion: 0, leaseOwner: 'dead', leaseUntil } });
    await migrateDatabase(migration(old));
    expect(Date.now()).toBeGreaterThanOrEqual(leaseUntil.getTime());
    expect(await versionIn(old.db)).toEqual(CURRENT);
  });

  it('leaves the lease to its successor, and does not end the migration itself', async () => {
    const old = await openOldEmbedded();
    const stolen = { leaseOwner: 'b', leaseUntil: new Date(Date.now() + 600) };
    const steal = async () =>
      void (await old.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: stolen }));
    const stealing = new Proxy(old.db, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'collection') return typeof member === 'function' ? member.bind(target) : member;
        return (given: string) => {
          const collection = target.collection(given);
          if (given !== 'work') return collection;
          const bulkWrite: typeof collection.bulkWrite = (...args) =>
            steal().then(() => collection.bulkWrite(...args));
          return Object.assign(Object.create(collection), { bulkWrite });
        };
      },
    });
    const migrating = migrateDatabase(migration({ ...old, db: stealing }));
    await migrating;
    expect(Date.now()).toBeGreaterThanOrEqual(stolen.leaseUntil.getTime());
    expect(await versionIn(old.db)).toEqual(CURRENT);
  });
});

describe('a database', () => {
  it('that is empty gets the newest version', async () => {
    const { connection, close } = await openEmbeddedDatabase();
    closers.push(close);
    await openTestStore(connection);
    expect(await versionIn(dbOf(connection))).toEqual(CURRENT);
  });

  it('that a newer version of Inlet wrote is refused, and not changed', async () => {
    const { connection, close } = await openEmbeddedDatabase();
    closers.push(close);
    await openTestStore(connection);
    const db = dbOf(connection);
    await db
      .collection<{ _id: string }>('meta')
      .updateOne({ _id: 'schema' }, { $set: { schemaVersion: 99 } });
    const before = await dump(db);
    await expect(openTestStore(connection)).rejects.toMatchObject({ code: 'database_newer', detail: /99/ });
    expect(await dump(db)).toEqual(before);
  });

  it.each(['3', null, 2.5, -1, {}])(
    'whose version is %j is refused, and not changed',
    async (schemaVersion) => {
      const { connection, close } = await openEmbeddedDatabase();
      closers.push(close);
      await openTestStore(connection);
      const db = dbOf(connection);
      await db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { schemaVersion } });
      const before = await dump(db);
      await expect(openTestStore(connection)).rejects.toMatchObject({ code: 'database_damaged' });
      expect(await dump(db)).toEqual(before);
    },
  );

  it('whose secrets were sealed with another key is refused before anything changes', async () => {
    const old = await openOldEmbedded();
    const before = await dump(old.db);
    await expect(openTestStore(old.connection)).rejects.toMatchObject({ code: 'encryption_key_wrong' });
    const { meta, ...after } = await dump(old.db);
    expect(meta).toMatchObject([{ schemaVersion: 0, leaseOwner: null }]);
    expect(after).toEqual(before);
  });
});
