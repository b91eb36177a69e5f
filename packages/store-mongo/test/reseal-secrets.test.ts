import { randomBytes } from 'node:crypto';
import { createIds, makeJob, makeProject, makeRun, makeTemplate } from '@inlet/testing';
import type { Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAesCipher } from '../src/create-aes-cipher.js';
import { countSecretsByKey, resealSecrets } from '../src/reseal-secrets.js';
import {
  openDatabase,
  openEmbeddedDatabase,
  openTestStore,
  silentLog,
  type TestDatabase,
} from './open-test-database.js';

const [oldKey, newKey, otherKey] = [1, 2, 3].map((fill) => Buffer.alloc(32, fill)) as [
  Buffer,
  Buffer,
  Buffer,
];
const oldCipher = createAesCipher({ key: oldKey, randomBytes });
const rotated = createAesCipher({ key: newKey, previousKeys: [oldKey], randomBytes });
const newCipher = createAesCipher({ key: newKey, randomBytes });
const PROJECTS = 150;

let server: TestDatabase;
let connection: Connection;
let close: () => Promise<void>;
const ids = { newId: createIds() };
const signal = new AbortController().signal;
const reseal = (options: { signal: AbortSignal; pauseMs?: number } = { signal }) =>
  resealSecrets({ connection, cipher: rotated, log: silentLog, pauseMs: 0, ...options });
const counts = async () => Object.fromEntries(await countSecretsByKey({ connection, cipher: rotated }));

beforeAll(async () => {
  server = await openEmbeddedDatabase();
});
afterAll(() => server.close());
beforeEach(() => {
  ({ connection, close } = openDatabase(process.env.TEST_MONGODB_URI ?? server.uri));
});
afterEach(() => close());

/** One document of each kind that has secrets, and many projects. */
async function fill() {
  const store = await openTestStore(connection, oldCipher);
  const [template, job, project] = [makeTemplate(ids), makeJob(ids), makeProject(ids)];
  const run = makeRun(ids, { outcome: 'running', proposal: { secret: 'in a proposal' } as never });
  const key = { projectId: project.project.id, key: 'once' };
  const now = new Date();
  const later = new Date(now.getTime() + 3_600_000);
  await store.templates.insert(template);
  await store.jobs.insert(job);
  await store.runs.insert(run);
  for (let i = 0; i < PROJECTS; i += 1) await store.projects.insert(i === 0 ? project : makeProject(ids));
  await store.idempotency.begin({ ...key, fingerprint: 'f', now, expiresAt: later });
  await store.idempotency.finish({ ...key, response: { status: 201, body: 'secret' }, expiresAt: later });
  return { template, job, run, project, key, now, later };
}

type Filled = Awaited<ReturnType<typeof fill>>;

async function expectReadable(filled: Filled, cipher = newCipher) {
  const store = await openTestStore(connection, cipher);
  const { template, job, run, project, key, now, later } = filled;
  const { projectId } = template;
  expect(await store.templates.get({ projectId, templateId: template.id })).toEqual(template);
  expect(await store.jobs.get({ projectId: job.projectId, jobId: job.id })).toEqual(job);
  expect((await store.runs.get({ projectId: run.projectId, runId: run.id }))?.proposal).toEqual(run.proposal);
  expect(await store.projects.get(project.project.id)).toEqual(project);
  const begun = await store.idempotency.begin({ ...key, fingerprint: 'f', now, expiresAt: later });
  expect(begun).toMatchObject({ kind: 'finished', response: { body: 'secret' } });
}

describe('a rotation of the encryption key', () => {
  it('reads with the old key meanwhile, seals everything again, and then needs the new key only', async () => {
    const filled = await fill();
    const total = (await counts())[oldCipher.keyId] ?? 0;
    expect(total).toBeGreaterThan(2 * PROJECTS);
    await expectReadable(filled, rotated);
    await expect(openTestStore(connection, newCipher)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
    });
    await reseal();
    expect(await counts()).toEqual({ [newCipher.keyId]: total });
    await expectReadable(filled);
    await expect(openTestStore(connection, oldCipher)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
    });
  });

  it('continues after it was stopped between two steps, and keeps the old key in use until then', async () => {
    const filled = await fill();
    await openTestStore(connection, rotated);
    const stopping = new AbortController();
    const stopped = reseal({ signal: stopping.signal, pauseMs: 60_000 });
    for (;;) {
      if ((await counts())[newCipher.keyId]) break;
    }
    stopping.abort();
    await expect(stopped).rejects.toThrow();
    expect(Object.keys(await counts()).toSorted()).toEqual([newCipher.keyId, oldCipher.keyId].toSorted());
    await expect(openTestStore(connection, newCipher)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
    });
    await expectReadable(filled, rotated);
    await Promise.all([reseal(), reseal()]);
    await expectReadable(filled);
  });

  it('seals values without the id of a key again, and keeps a change that was made meanwhile', async () => {
    const filled = await fill();
    await openTestStore(connection, rotated);
    const projects = connection.collection<{ _id: string; webhookSecrets: { sealed: string }[] }>('projects');
    const one = { _id: filled.project.project.id };
    const sealed = (await projects.findOne(one))?.webhookSecrets[0]?.sealed ?? '';
    const withoutId = sealed.replace(/^v2\.\w+/, 'v1');
    await projects.updateOne(one, { $set: { 'webhookSecrets.0.sealed': withoutId } });
    expect((await counts()).null).toBe(1);
    await reseal();
    expect(Object.keys(await counts())).toEqual([newCipher.keyId]);
    await expectReadable(filled);
  });

  it('leaves the sealing to the process that started last, and still refuses other keys afterwards', async () => {
    const filled = await fill();
    const first = createAesCipher({ key: oldKey, previousKeys: [newKey], randomBytes });
    await openTestStore(connection, first);
    await openTestStore(connection, rotated);
    await reseal();
    await resealSecrets({ connection, cipher: first, log: silentLog, signal, pauseMs: 0 });
    expect(Object.keys(await counts())).toEqual([newCipher.keyId]);
    const other = createAesCipher({ key: otherKey, randomBytes });
    for (const cipher of [oldCipher, other])
      await expect(openTestStore(connection, cipher)).rejects.toMatchObject({ code: 'encryption_key_wrong' });
    await expectReadable(filled);
  });

  it('seals what a process with the old key has stored after the others were done', async () => {
    await fill();
    const store = await openTestStore(connection, oldCipher);
    await openTestStore(connection, rotated);
    await reseal();
    await store.projects.insert(makeProject(ids));
    expect((await counts())[oldCipher.keyId]).toBeGreaterThan(0);
    await reseal();
    expect(Object.keys(await counts())).toEqual([newCipher.keyId]);
  });

  it('refuses a key that is none of those in use, unless no secret needs it', async () => {
    const other = createAesCipher({ key: otherKey, randomBytes });
    await openTestStore(connection, oldCipher);
    const store = await openTestStore(connection, other);
    await store.projects.insert(makeProject(ids));
    await expect(openTestStore(connection, oldCipher)).rejects.toMatchObject({
      code: 'encryption_key_wrong',
      message: expect.stringContaining(other.keyId),
    });
    await openTestStore(connection, other);
  });
});
