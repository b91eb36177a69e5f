import {
  createIds,
  makeDelivery,
  makeFile,
  makeIssue,
  makeJob,
  makeProject,
  makeRun,
  makeTemplate,
  makeUpload,
  makeUploadJob,
} from '@inlet/testing';
import type { Store } from '@inlet/workflow';
import type { Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openDatabase,
  openEmbeddedDatabase,
  openTestStore,
  type TestDatabase,
} from './open-test-database.js';

interface Search {
  readonly collection: string;
  readonly filter: object;
  /** The driver keeps the order of sort keys in a map. */
  readonly sort: Map<string, 1 | -1> | undefined;
}

type Command = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Command => typeof value === 'object' && value !== null;
const objectsOf = (value: unknown): readonly Command[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** The searches that a command makes, also those of its updates and deletions. */
function searchesOf(command: Command): readonly Search[] {
  const [name, collection] = Object.entries(command)[0] ?? [];
  if (name === undefined || typeof collection !== 'string') return [];
  const { filter, query, updates, deletes, pipeline } = command;
  const [first] = objectsOf(pipeline);
  const statements = [...objectsOf(updates), ...objectsOf(deletes)].map(({ q }) => q);
  const sort = command.sort instanceof Map ? command.sort : undefined;
  return [filter, query, first?.$match, ...statements].filter(isObject).map((found) => ({
    collection,
    filter: found,
    sort,
  }));
}

/** Whether a plan reads a whole collection, or uses an index for fewer than two of the fields that have a value. */
function isBroad({ filter }: Search, plan: string): boolean {
  if (plan.includes('COLLSCAN')) return true;
  const given = Object.entries(filter).flatMap(([name, value]) => (isObject(value) ? [] : [name]));
  const used = [...plan.matchAll(/"indexName":"(\w+?)"/g)].map(([, name = '']) => name);
  return used.some(
    (name) => given.filter((field) => name.includes(`${field}_`)).length < Math.min(2, given.length),
  );
}

const { TEST_MONGODB_URI } = process.env;

const databases: [string, () => Promise<TestDatabase>][] = [['the embedded database', openEmbeddedDatabase]];
if (TEST_MONGODB_URI !== undefined)
  databases.push(['MongoDB', () => Promise.resolve(openDatabase(TEST_MONGODB_URI))]);

describe.each(databases)('on %s', (_, open) => {
  let database: TestDatabase | undefined;
  let store: Store;
  let searches: Search[] = [];
  beforeAll(async () => {
    const opened = await open();
    database = opened;
    store = await openTestStore(opened.connection);
    opened.connection
      .getClient()
      .on('commandStarted', ({ command }) => void searches.push(...searchesOf(command)));
  });
  afterAll(() => database?.close());

  const connection = (): Connection => {
    if (database === undefined) throw new Error('the database was not opened');
    return database.connection;
  };

  async function explain({ collection, filter, sort }: Search): Promise<string> {
    const find = connection()
      .collection(collection)
      .find(filter, sort ? { sort } : {});
    const { queryPlanner } = await find.explain('queryPlanner');
    return JSON.stringify(queryPlanner.winningPlan);
  }

  /** The searches of an operation that read a whole collection, or all documents of a tenant in it. */
  async function scansOf(operation: () => unknown): Promise<readonly Search[]> {
    searches = [];
    await operation();
    const made = searches;
    const plans = await Promise.all(made.map(explain));
    return made.filter((search, index) => isBroad(search, plans[index] ?? ''));
  }

  const ids = { newId: createIds() };
  const page = { limit: 5 };
  const now = new Date('2026-01-05T09:00:00Z');
  const at2001 = new Date('2001-01-01');
  const projectId = ids.newId('prj');
  const job = makeJob(ids, { projectId });
  const run = makeRun(ids, { projectId, jobId: job.id });
  const runId = run.id;
  const { delivery } = makeDelivery(ids, { projectId, runId, jobId: job.id, status: 'pending' });
  const template = makeTemplate(ids, { projectId });
  const owner = { projectId, jobId: job.id, runId };
  const lastRun = {
    runId,
    outcome: 'failed',
    counts: run.counts,
    error: null,
    finishedAt: now.toISOString(),
  } as const;
  const attempt = { at: now, durationMs: 1, status: 200, answer: '', error: null };
  const decision = {
    action: 'discard',
    reason: 'Broken.',
    by: { kind: 'host' },
    at: now.toISOString(),
  } as const;
  const key = { projectId, key: 'k' };
  const upload = makeUpload(ids, { projectId });
  const uploaded = { projectId, uploadId: upload.id };
  const file = { ...uploaded, fileId: ids.newId('fil') };
  const sheet = { ...uploaded, scan: 1 };
  const memoryKey = { projectId, templateId: upload.templateId, shape: 'mapping:a' };
  const sheetPage = { number: 0, firstRow: 1, rows: 1, bytes: Buffer.from('a') };
  const entry = {
    id: ids.newId('edt'),
    previousId: null,
    revision: 1,
    kind: 'edit',
    of: null,
    overlays: [],
    addedPages: [],
    at: now,
  } as const;

  beforeAll(async () => {
    await store.projects.insert(makeProject(ids));
    await store.templates.insert(template);
    await store.jobs.insert(job);
    await store.runs.insert(run);
    await store.uploads.insert(upload);
    await store.files.append(file, { offset: 0, bytes: Buffer.from('a') });
    await store.deliveries.insert([{ delivery, body: Buffer.from('{}'), expiresAt: null }]);
    await store.issues.insertPage({ ...owner, runAttempt: 1, number: 0, issues: [makeIssue(1)] });
  });

  const operations: Record<string, () => unknown> = {
    'projects.get': () => store.projects.get(projectId),
    'projects.findByKeyHash': () => store.projects.findByKeyHash('hash', now),
    'projects.changeCredentials': () =>
      store.projects.changeCredentials(projectId, { lists: makeProject(ids), expectedRevision: 1 }),
    'templates.get': () => store.templates.get({ projectId, templateId: template.id }),
    'templates.list': () => store.templates.list(projectId, page),
    'templates.replace': () =>
      store.templates.replace(
        { projectId, templateId: template.id },
        { input: template, expectedRevision: 1, updatedAt: now },
      ),
    'jobs.get': () => store.jobs.get({ projectId, jobId: job.id }),
    'jobs.setBodyLimit': () =>
      store.jobs.setBodyLimit({ projectId, jobId: job.id }, { receiver: 'a', maxBytes: 1, learnedAt: now }),
    'jobs.listOfUser': () =>
      store.jobs.listOfUser(projectId, {
        externalUserId: 'user-1',
        kind: 'feed',
        withTemporary: false,
        ...page,
      }),
    'jobs.findOrInsert': () => store.jobs.findOrInsert(makeUploadJob(ids, { projectId })),
    'jobs.listOfTemplate': () => store.jobs.listOfTemplate({ projectId, templateId: template.id }),
    'jobs.change': () =>
      store.jobs.change({ projectId, jobId: job.id }, { changes: {}, expectedRevision: 1, now }),
    'jobs.setActiveRun': () =>
      store.jobs.setActiveRun({ projectId, jobId: job.id }, { runId, tick: { at: now, next: now } }),
    'jobs.clearHeldRun': () => store.jobs.clearHeldRun({ projectId, jobId: job.id }, runId),
    'jobs.counts': () => store.jobs.counts(),
    'jobs.listExpired': () => store.jobs.listExpired({ now, limit: 5 }),
    'jobs.listScheduled': () => store.jobs.listScheduled({ after: null, limit: 5 }),
    'jobs.listOverdue': () => store.jobs.listOverdue({ before: now, limit: 5 }),
    'jobs.endActiveRun': () =>
      store.jobs.endActiveRun(
        { projectId, jobId: job.id },
        { runId, seen: job, end: { lastRun, failuresInARow: 1 } },
      ),
    'runs.get': () => store.runs.get({ projectId, runId }),
    'runs.listOfJob': () => store.runs.listOfJob({ projectId, jobId: job.id }, page),
    'runs.acquireLease': () =>
      store.runs.acquireLease({ projectId, runId }, { owner: 'a', now, leaseUntil: now }),
    'runs.update': () =>
      store.runs.update({ projectId, runId }, { owner: 'a', leaseUntil: now, changes: {} }),
    'runs.decide': () =>
      store.runs.decide(
        { projectId, runId },
        { decision, decisionDeliveryId: 'dlv_1', closingDeliveryId: 'dlv_2', now },
      ),
    'runs.cancelHeld': () => store.runs.cancelHeld({ projectId, runId }, { replacedBy: null }),
    'runs.setUndo': () => store.runs.setUndo({ projectId, runId }, { from: null, to: 'run_2' }),
    'runs.listPutOff': () => store.runs.listPutOff({ after: now, limit: 5 }),
    'runs.shortenLeases': () => store.runs.shortenLeases({ after: now, to: now }),
    'runs.listStranded': () => store.runs.listStranded({ before: now, limit: 5 }),
    'runs.listOld': () => store.runs.listOld({ finishedBefore: now, now, limit: 5 }),
    'runs.listNewestIds': () => store.runs.listNewestIds({ projectId, jobId: job.id }, { limit: 5 }),
    'runs.keepUntil': () => store.runs.keepUntil({ projectId, runIds: [runId] }, now),
    'runs.removeOld': () => store.runs.removeOld({ projectId, runIds: ['run_1'] }, { finishedBefore: now }),
    'issues.removeOfRuns': () => store.issues.removeOfRuns({ projectId, runIds: ['run_1'] }),
    'deliveries.listRunsWithDeliveries': () =>
      store.deliveries.listRunsWithDeliveries({ projectId, runIds: [runId] }),
    'issues.list': () => store.issues.list({ projectId, runId, runAttempt: 1 }, page),
    'issues.stream': async () => {
      for await (const _issues of store.issues.stream({ projectId, runId, runAttempt: 1 }));
    },
    'deliveries.body': () => store.deliveries.body({ projectId, deliveryId: delivery.id }),
    'deliveries.listOfRun': () => store.deliveries.listOfRun({ projectId, runId }, page),
    'deliveries.listDue': () => store.deliveries.listDue({ projectId, runId }, { now, limit: 5 }),
    'deliveries.nextAttemptAt': () => store.deliveries.nextAttemptAt({ projectId, runId }),
    'deliveries.summarize': () => store.deliveries.summarize({ projectId, runId }),
    'deliveries.listUnacknowledged': () => store.deliveries.listUnacknowledged({ projectId, runId }),
    'deliveries.listFailed': () => store.deliveries.listFailed({ projectId, runId }),
    'deliveries.listPutOff': () => store.deliveries.listPutOff({ after: now, limit: 5 }),
    'deliveries.setNextAttempt': () =>
      store.deliveries.setNextAttempt({ projectId: 'prj_1', deliveryId: 'dlv_1' }, now),
    'deliveries.listStranded': () => store.deliveries.listStranded({ before: now, limit: 5 }),
    'deliveries.recordAttempt': () =>
      store.deliveries.recordAttempt(
        { projectId, deliveryId: delivery.id },
        {
          attempt,
          status: 'acknowledged',
          nextAttemptAt: null,
          rowsRejected: 0,
          answersUnread: 0,
          acknowledgedAt: now,
          expiresAt: new Date('2100-01-01'),
        },
      ),
    'issues.removePages': () =>
      store.issues.removePages({ projectId, runId, runAttempt: 1 }, { start: 1, end: 2 }),
    'deliveries.retryFailed': () => store.deliveries.retryFailed({ projectId, deliveryId: delivery.id }, now),
    'deliveries.setRowsRejected': () =>
      store.deliveries.setRowsRejected({ projectId, deliveryId: delivery.id }, 1),
    'deliveries.release': () => store.deliveries.release({ projectId, runId, runAttempt: 1 }, now),
    'deliveries.keepStaged': () => store.deliveries.keepStaged({ projectId, runId, runAttempt: 1 }),
    'deliveries.streamStaged': async () => {
      for await (const _delivery of store.deliveries.streamStaged({ projectId, runId, runAttempt: 1 }));
    },
    'deliveries.discard': () => store.deliveries.discard({ projectId, runId }, { expiresAt: now }),
    'deliveries.removeExpired': () => store.deliveries.removeExpired({ now: at2001, limit: 5 }),
    'deliveries.removeStaged': () =>
      store.deliveries.removeStaged({ projectId, runId }, { beforeAttempt: 2 }),
    'itemStates.save': () =>
      store.itemStates.save({ ...owner, itemStateId: runId, parts: [Buffer.from('s')] }),
    'itemStates.load': () => store.itemStates.load({ projectId, jobId: job.id, itemStateId: runId }),
    'itemStates.remove': () => store.itemStates.remove({ projectId, jobId: job.id }, [runId]),
    'itemStates.removeOfJob': () => store.itemStates.removeOfJob({ projectId, jobId: job.id }),
    'uploads.get': () => store.uploads.get(uploaded),
    'uploads.list': () => store.uploads.list(projectId, page),
    'uploads.list of a user': () => store.uploads.list(projectId, { externalUserId: 'user-1', ...page }),
    'uploads.list of a template': () =>
      store.uploads.list(projectId, { templateId: upload.templateId, ...page }),
    'uploads.list by status': () => store.uploads.list(projectId, { status: 'receiving', ...page }),
    'uploads.change': () =>
      store.uploads.change(uploaded, { changes: {}, condition: { revision: 0, statuses: ['mapping'] }, now }),
    'uploads.shortenExpiry': () => store.uploads.shortenExpiry(projectId, { latest: now }),
    'erasures.get': () => store.erasures.get({ projectId, erasureId: 'era_1' }),
    'erasures.findUnfinished': () => store.erasures.findUnfinished({ projectId, externalUserId: 'user-1' }),
    'erasures.lease': () =>
      store.erasures.lease({ projectId, erasureId: 'era_1' }, { owner: 'a', now, until: now }),
    'erasures.addCounts': () => store.erasures.addCounts({ projectId, erasureId: 'era_1' }, { jobs: 1 }),
    'erasures.finish': () =>
      store.erasures.finish({ projectId, erasureId: 'era_1' }, { now, expiresAt: now }),
    'erasures.listAbandoned': () => store.erasures.listAbandoned({ before: now, limit: 5 }),
    'uploads.addFile': () => store.uploads.addFile(uploaded, makeFile(ids), { maxFiles: 1, now }),
    'uploads.changeFile': () =>
      store.uploads.changeFile({ ...uploaded, fileId: upload.files[0]!.id }, { receivedBytes: 1 }, now),
    'uploads.lease': () => store.uploads.lease(uploaded, { owner: 'a', now, until: now }),
    'uploads.endLease': () => store.uploads.endLease(uploaded, 'a'),
    'uploads.listAbandoned': () => store.uploads.listAbandoned({ before: at2001, limit: 5 }),
    'uploads.listDelivering': () => store.uploads.listDelivering({ before: at2001, limit: 5 }),
    'uploads.listExpired': () => store.uploads.listExpired({ before: at2001, limit: 5 }),
    'uploads.usageOfUser': () =>
      store.uploads.usageOfUser({ projectId, externalUserId: 'user-1' }, { since: now }),
    'fileMemories.keep': () =>
      store.fileMemories.keep({ ...memoryKey, externalUserId: 'user-1', choice: '[]', at: now }),
    'fileMemories.find': () => store.fileMemories.find({ ...memoryKey, externalUserId: 'user-1' }),
    'fileMemories.find of any user': () => store.fileMemories.find(memoryKey),
    'fileMemories.removeOfUser': () =>
      store.fileMemories.removeOfUser({ projectId, externalUserId: 'user-1' }),
    'files.size': () => store.files.size(file),
    'files.append': () => store.files.append(file, { offset: 1, bytes: Buffer.from('a') }),
    'files.read': async () => {
      for await (const _bytes of store.files.read(file, { start: 0, end: 1 }));
    },
    'files.lock': () => store.files.lock(file, { owner: 'a', now, until: new Date('2100-01-01') }),
    'files.renewLock': () => store.files.renewLock(file, { owner: 'a', until: new Date('2100-01-01') }),
    'files.unlock': () => store.files.unlock(file, 'b'),
    'files.remove': () => store.files.remove(file),
    'files.removeOfUpload': () => store.files.removeOfUpload(uploaded),
    'sheets.insertPages': () => store.sheets.insertPages(sheet, [sheetPage]),
    'sheets.listPages': () => store.sheets.listPages(sheet),
    'sheets.loadPages': () => store.sheets.loadPages(sheet, [0]),
    'sheets.insertEntry and listEntries': async () => {
      await store.sheets.insertEntry(sheet, entry);
      await store.sheets.listEntries(sheet, { afterRevision: 0 });
    },
    'sheets.insertOverlays and loadOverlays': async () => {
      await store.sheets.insertOverlays(sheet, 'o1', [{ page: 0, bytes: Buffer.from('a') }]);
      await store.sheets.loadOverlays(sheet, [{ page: 0, overlayId: 'o1' }]);
    },
    'sheets.remove': () => store.sheets.remove(sheet),
    'uploads.remove': () => store.uploads.remove({ projectId, uploadId: 'upl_1' }),
    'idempotency.begin': () =>
      store.idempotency.begin({ ...key, fingerprint: 'f', now, expiresAt: new Date('2100-01-01') }),
    'idempotency.finish': () =>
      store.idempotency.finish({ ...key, response: { status: 200, body: '' }, expiresAt: now }),
    'idempotency.abandon': () => store.idempotency.abandon(key),
    'issues.removeOfRun': () => store.issues.removeOfRun({ projectId, runId }, { beforeAttempt: 2 }),
    'issues.removeOfJob': () => store.issues.removeOfJob({ projectId, jobId: job.id }),
    'deliveries.removeOfJob': () => store.deliveries.removeOfJob({ projectId, jobId: job.id }),
    'runs.removeOfJob': () => store.runs.removeOfJob({ projectId, jobId: job.id }),
  };

  it.each(Object.entries(operations))('%s searches by an index', async (_name, operation) => {
    const scans = await scansOf(operation);
    expect(searches.length).toBeGreaterThan(0);
    expect(scans).toEqual([]);
  });

  it('finds stranded runs and deliveries in indexes without finished ones', async () => {
    searches = [];
    await store.runs.listStranded({ before: now, limit: 5 });
    await store.deliveries.listStranded({ before: now, limit: 5 });
    const plans = await Promise.all(searches.slice(0, 2).map(explain));
    expect(plans[0]).toContain('isUnfinished_1_createdAt_1');
    expect(plans[1]).toContain('status_1_nextAttemptAt_1_runId_1');
    for (const [collection, part] of [
      ['runs', 'isUnfinished'],
      ['deliveries', 'status'],
    ] as const) {
      const indexes = await connection().collection(collection).indexes();
      const partial = indexes.find(({ name }) => name?.startsWith(`${part}_1_`));
      expect(partial?.partialFilterExpression).toEqual({ [part]: part === 'status' ? 'pending' : true });
    }
  });
});
