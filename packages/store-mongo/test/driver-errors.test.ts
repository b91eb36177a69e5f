import { createIds, makeIssue, makeJob, makeTemplate } from '@inlet/testing';
import { type DatabaseProxy, startDatabaseProxy } from '@inlet/testing/database';
import type { Store } from '@inlet/workflow';
import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { translateDriverErrors } from '../src/driver-errors.js';
import {
  openDatabase,
  openEmbeddedDatabase,
  openTestStore,
  type TestDatabase,
} from './open-test-database.js';

const ids = { newId: createIds() };
let server: TestDatabase;
let proxy: DatabaseProxy;
let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  server = await openEmbeddedDatabase();
  proxy = await startDatabaseProxy(server.uri);
  database = openDatabase(proxy.uri);
  store = await openTestStore(database.connection);
});
afterEach(() => proxy.refuse([], null));
afterAll(async () => {
  await database.close();
  await proxy.close();
  await server.close();
});

const attempt = { projectId: 'prj_1', jobId: 'job_1', runId: 'run_1', runAttempt: 1 };
const unavailable = { name: 'InletError', code: 'unavailable' };

const PASSING = [
  6, 7, 43, 64, 89, 91, 133, 134, 189, 237, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
];

test.each(PASSING)('the answer %i of a server means that the store is unavailable', async (code) => {
  const failing = (error: Error) => translateDriverErrors({ call: () => Promise.reject(error) }).call();
  const answer = { ok: 0, errmsg: 'not now', code };
  await expect(failing(new mongo.MongoServerError(answer))).rejects.toMatchObject(unavailable);
  const late = { ok: 1, writeConcernError: { code, errmsg: 'not now' } };
  await expect(failing(new mongo.MongoWriteConcernError(late))).rejects.toMatchObject(unavailable);
});

test('every operation is unavailable while the server is not the primary, and works again after that', async () => {
  const calls = {
    find: () => store.projects.get('prj_1'),
    insert: () => store.templates.insert(makeTemplate(ids)),
    update: () => store.jobs.reset({ projectId: 'prj_1', jobId: 'job_1' }),
    findAndModify: () => store.jobs.setActiveRun(attempt, { runId: 'run_1', tick: null }),
    aggregate: () => store.deliveries.summarize(attempt),
  };
  proxy.refuse(Object.keys(calls), { code: 10107, codeName: 'NotWritablePrimary' });
  for (const call of Object.values(calls)) await expect(call()).rejects.toMatchObject(unavailable);
  const stream = store.issues.stream(attempt)[Symbol.asyncIterator]();
  await expect(stream.next()).rejects.toMatchObject(unavailable);
  proxy.refuse([], null);
  expect(await store.projects.get('prj_1')).toBeNull();
});

test('another answer of a server is not taken for an outage', async () => {
  proxy.refuse(['insert'], { code: 121, codeName: 'DocumentValidationFailure' });
  await expect(store.jobs.insert(makeJob(ids))).rejects.toMatchObject({ code: 121 });
});

test('a stream of issues keeps no cursor open while its reader waits', async () => {
  for (let number = 0; number < 20; number += 1)
    await store.issues.insertPage({ ...attempt, number, issues: [makeIssue(number)] });
  const stream = store.issues.stream(attempt)[Symbol.asyncIterator]();
  await stream.next();
  // A server closes cursors that are idle for ten minutes, and forgets them when another one becomes the primary.
  proxy.refuse(['getMore'], { code: 43, codeName: 'CursorNotFound' });
  let pages = 1;
  while (!(await stream.next()).done) pages += 1;
  expect(pages).toBe(20);
});
