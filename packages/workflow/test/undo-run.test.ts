import type { WebhookEvent } from '@inlet/contracts';
import { createSheets, type Sheets } from '@inlet/workflow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUpload, createWorkHandlers, finishUpload, getUpload, undoRun } from '../src/index.js';
import { dieAt } from './die-at.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;
/** The built ones, whose thread can be started. */
let sheets: Sheets;
let templateId: string;
beforeAll(async () => {
  bench = await startEngineBench({
    uploadLimits: { unfinishedPerUser: 100, perHour: 100, bytesPerProject: 1_000_000 },
  });
  sheets = createSheets(bench.context);
  templateId = (await bench.makeTemplate({ mode: 'manual' })).id;
});
afterAll(async () => {
  await sheets.close();
  await bench.close();
});

async function work(): Promise<void> {
  const later = { ...bench.later(10 * 60_000), sheets };
  await createWorkHandlers(later).maintain(workOptions());
  await bench.queue.runDue(createWorkHandlers(later), later.now);
}

/** The id of the run that has sent two rows of a user's upload. */
async function sentRows(externalUserId: string): Promise<string> {
  const rows = [{ title: 'One' }, { title: 'Two' }];
  const { caller } = bench;
  const context = { ...bench.context, sheets };
  const { id: uploadId } = await createUpload(context, caller, { templateId, externalUserId, rows });
  await expect.poll(async () => (await getUpload(context, caller, { uploadId })).status).toBe('needs_review');
  const { revision } = await getUpload(context, caller, { uploadId });
  const { runIds } = await finishUpload(context, caller, { uploadId, revision, includeUnchanged: false });
  await work();
  expect(await getUpload(context, caller, { uploadId })).toMatchObject({ status: 'completed' });
  return runIds[0]!;
}

const changes = () =>
  bench.receiver.requests.flatMap(({ json }) => {
    const event = json as WebhookEvent;
    return event.type === 'import.records' ? event.data.rows.map(({ change }) => change) : [];
  });

it('takes rows back once if the server dies at any step of the request, which is repeated', async () => {
  for (let step = 1, isComplete = false; !isComplete; step += 1) {
    const runId = await sentRows(`user-${step}`);
    bench.receiver.clear();
    isComplete = await dieAt(bench.context, step, (mortal) => undoRun(mortal, bench.caller, { runId }));
    const { id } = await undoRun(bench.context, bench.caller, { runId });
    await work();
    expect(changes(), `step ${step}`).toEqual(['removed', 'removed']);
    expect(await bench.run(id), `step ${step}`).toMatchObject({ outcome: 'succeeded', undoes: runId });
  }
}, 60_000);
