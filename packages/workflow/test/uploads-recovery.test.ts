import { isFinished } from '@inlet/contracts';
import { createIds, waitFor } from '@inlet/testing';
import { createSheets } from '@inlet/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Context,
  createUpload,
  createWorkHandlers,
  finishUpload,
  type UploadRef,
  undoRun,
} from '../src/index.js';
import { dieAt } from './die-at.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

const LATER_MS = 120_000;

let bench: EngineBench;
/** With the sheets of the built package: their thread is a file of it. */
let context: Context;
beforeAll(async () => {
  bench = await startEngineBench();
  const { store, now, log } = bench.context;
  context = { ...bench.context, sheets: createSheets({ store, now, log, newId: createIds() }) };
});
afterAll(async () => {
  await context.sheets.close();
  await bench.close();
});

const later = (): Context => ({ ...context, now: bench.later(LATER_MS).now });

const stored = async (ref: UploadRef) => {
  const upload = await context.store.uploads.get(ref);
  if (!upload) throw new Error('the upload is gone');
  return upload;
};

/** An upload of two rows that can be finished. */
async function reviewed(externalUserId: string): Promise<UploadRef> {
  const { id: templateId } = await bench.makeTemplate({ mode: 'manual' });
  const rows = [{ title: 'One' }, { title: 'Two' }];
  const { id: uploadId } = await createUpload(context, bench.caller, {
    templateId,
    externalUserId,
    rows,
  });
  const ref = { projectId: bench.caller.projectId, uploadId };
  await waitFor(
    () => stored(ref),
    ({ status }) => status === 'needs_review',
  );
  return ref;
}

async function finish(ref: UploadRef): Promise<string> {
  const { revision } = await stored(ref);
  const { uploadId } = ref;
  const { runIds } = await finishUpload(context, bench.caller, {
    uploadId,
    revision,
    includeUnchanged: false,
  });
  return runIds[0]!;
}

const execute = (worker: Context, runId: string) =>
  createWorkHandlers(worker).run({ projectId: bench.caller.projectId, runId }, workOptions());

const maintain = (worker: Context) => createWorkHandlers(worker).maintain(workOptions());

describe('maintenance', () => {
  it('makes the run of an upload whose process died before it had made it', async () => {
    const ref = await reviewed('died-before');
    const { revision } = await stored(ref);
    const runId = context.newId('run');
    await context.store.uploads.change(ref, {
      changes: {
        status: 'delivering',
        finish: { revision, runId, includeUnchanged: false },
        runIds: [runId],
      },
      now: context.now(),
    });
    await maintain(context);
    expect(await context.store.runs.get({ ...ref, runId })).toBeNull();
    await maintain(later());
    await execute(context, runId);
    expect(await stored(ref)).toMatchObject({ status: 'completed', counts: { delivered: 2 } });
  });

  it('takes the end of its run over to an upload whose process died before', async () => {
    const ref = await reviewed('died-after');
    const runId = await finish(ref);
    await execute(context, runId);
    const { counts } = await stored(ref);
    await context.store.uploads.change(ref, {
      changes: { status: 'delivering', counts: { ...counts, delivered: 0 } },
      now: context.now(),
    });
    await maintain(later());
    expect(await stored(ref)).toMatchObject({ status: 'completed', counts: { delivered: 2 } });
  });

  it('goes on with the erasure of a user whose process died', async () => {
    const ref = await reviewed('erased');
    const { store, newId, now } = context;
    const erasure = {
      id: newId('era'),
      projectId: ref.projectId,
      externalUserId: 'erased',
      counts: { uploads: 0, jobs: 0 },
      leaseUntil: null,
      createdAt: now(),
      finishedAt: null,
    };
    await store.erasures.insert(erasure);
    await maintain(context);
    const done = await waitFor(
      () => store.erasures.get({ ...ref, erasureId: erasure.id }),
      (found) => found?.finishedAt != null,
    );
    expect(done).toMatchObject({ externalUserId: null, counts: { uploads: 1, jobs: 1 } });
    expect(await store.uploads.get(ref)).toBeNull();
  });
});

it('an undo whose worker dies at any step removes each row under one id, and is done once', async () => {
  for (let step = 1, isComplete = false; !isComplete; step += 3) {
    const ref = await reviewed(`undo-${step}`);
    const runId = await finish(ref);
    await execute(context, runId);
    bench.receiver.clear();
    const undo = await undoRun(context, bench.caller, { runId });
    isComplete = await dieAt(context, step, (mortal) => execute(mortal, undo.id));
    await execute(later(), undo.id);
    const run = await bench.storedRun(undo.id);
    expect([step, isFinished(run.outcome), run.outcome, run.counts]).toMatchObject([
      step,
      true,
      'succeeded',
      { removed: 2, rowsAcknowledged: 2, batches: 1 },
    ]);
    const ids = bench.receiver.requests
      .filter(({ json }) => (json as { type: string }).type === 'import.records')
      .map(({ headers }) => headers['webhook-id']);
    expect([step, new Set(ids).size]).toEqual([step, 1]);
    expect([step, (await stored(ref)).undoneRunIds]).toEqual([step, [runId]]);
    expect((await undoRun(context, bench.caller, { runId })).id).toBe(undo.id);
  }
});
