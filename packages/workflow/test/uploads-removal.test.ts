import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Context,
  createUpload,
  createWorkHandlers,
  getUpload,
  receiveFile,
  removeJob,
  removeUpload,
  type Upload,
  type UploadRef,
} from '../src/index.js';
import { errorWith } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const DAY_MS = 86_400_000;

let bench: EngineBench;
let templateId: string;
beforeAll(async () => {
  bench = await startEngineBench({
    uploadLimits: { unfinishedPerUser: 3, perHour: 5, bytesPerProject: 1000 },
  });
  templateId = (await bench.makeTemplate({ mode: 'manual' })).id;
});
afterAll(() => bench.close());

const begin = (externalUserId: string) =>
  createUpload(bench.context, bench.caller, { templateId, externalUserId });

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

async function uploadFile(externalUserId: string, text = 'title\nOne\nTwo\n') {
  const { id: uploadId } = await begin(externalUserId);
  await receiveFile(bench.context, bench.caller, {
    uploadId,
    name: 'a.csv',
    sizeBytes: Buffer.byteLength(text),
    bytes: bytesOf(text),
  });
  const ref = { projectId: bench.caller.projectId, uploadId };
  await until(async () => (await stored(ref))?.status === 'mapping');
  return ref;
}

const stored = (ref: UploadRef) => bench.context.store.uploads.get(ref);

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not happen');
}

/** Bytes and pages that are stored for an upload. */
async function contentsOf(upload: Upload): Promise<number> {
  const { store } = bench.context;
  const ref = { projectId: upload.projectId, uploadId: upload.id };
  const sizes = await Promise.all(upload.files.map(({ id }) => store.files.size({ ...ref, fileId: id })));
  const pages = await store.sheets.listPages({ ...ref, scan: upload.scan });
  return pages.length + sizes.reduce((sum, size) => sum + size, 0);
}

const maintain = (context: Context) =>
  createWorkHandlers(context).maintain({ signal: new AbortController().signal, isTakenOver: false });

describe('an upload', () => {
  it('is deleted with its file and its rows', async () => {
    const ref = await uploadFile('deleter');
    const upload = (await stored(ref))!;
    expect(await contentsOf(upload)).toBeGreaterThan(0);
    await removeUpload(bench.context, bench.caller, ref.uploadId);
    expect(await contentsOf(upload)).toBe(0);
    await expect(getUpload(bench.context, bench.caller, ref)).rejects.toMatchObject(
      errorWith('upload_not_found'),
    );
  });

  it('is not deleted while a run sends its rows', async () => {
    const ref = await uploadFile('sender');
    await bench.context.store.uploads.change(ref, { changes: { status: 'delivering' }, now: new Date() });
    await expect(removeUpload(bench.context, bench.caller, ref.uploadId)).rejects.toMatchObject(
      errorWith('upload_closed'),
    );
  });

  it('is deleted with the job that takes its rows', async () => {
    const ref = await uploadFile('leaver');
    const upload = (await stored(ref))!;
    await removeJob(bench.context, bench.caller, { jobId: upload.jobId });
    expect([await stored(ref), await contentsOf(upload)]).toEqual([null, 0]);
  });

  it('loses its contents when nobody goes on with it, and is removed later', async () => {
    const ref = await uploadFile('forgetful');
    const upload = (await stored(ref))!;
    await maintain(bench.later(29 * DAY_MS));
    expect(await stored(ref)).toEqual(upload);
    await maintain(bench.later(31 * DAY_MS));
    expect(await stored(ref)).toMatchObject({ status: 'expired', counts: { rows: 0 } });
    expect(await contentsOf(upload)).toBe(0);
    await maintain(bench.later(62 * DAY_MS));
    expect(await stored(ref)).toBeNull();
  });

  it('is scanned by another process if the one that did so died', async () => {
    const ref = await uploadFile('unlucky');
    const { store } = bench.context;
    const now = new Date();
    const dead = { leaseOwner: 'dead', leaseUntil: new Date(now.getTime() + 60_000) };
    await store.uploads.change(ref, { changes: { status: 'receiving', isScanned: false, ...dead }, now });
    await maintain(bench.context);
    expect((await stored(ref))?.status).toBe('receiving');
    await maintain(bench.later(61_000));
    await until(async () => (await stored(ref))?.status === 'mapping');
    expect(await stored(ref)).toMatchObject({ isScanned: true, counts: { rows: 3 } });
  });
});

describe('a user', () => {
  it('may have some unfinished uploads, and begin some within an hour', async () => {
    const refused = errorWith('upload_limit_reached');
    const made = [await begin('busy'), await begin('busy'), await begin('busy')];
    await expect(begin('busy')).rejects.toMatchObject(refused);
    for (const { id: uploadId } of made)
      await bench.context.store.uploads.change(
        { projectId: bench.caller.projectId, uploadId },
        { changes: { status: 'completed' }, now: new Date() },
      );
    await begin('busy');
    await begin('busy');
    await expect(begin('busy')).rejects.toMatchObject(refused);
    await begin('somebody else');
  });
});

describe('a project', () => {
  it('has room for so many bytes', async () => {
    const { id: uploadId } = await begin('hoarder');
    const text = 'title\n'.padEnd(900, 'x');
    const file = { uploadId, name: 'a.csv', sizeBytes: text.length, bytes: bytesOf(text) };
    await receiveFile(bench.context, bench.caller, file);
    const refused = errorWith('upload_quota');
    await expect(receiveFile(bench.context, bench.caller, file)).rejects.toMatchObject(refused);
  });
});
