import type { SourceKind, Template } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorkHandlers } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;

beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.receiver.answerWith({});
  bench.setFeed([{ guid: '1', title: 'One' }]);
});

const ADVICE = 'Only the application that this import belongs to can change this.';

/** Changes the template in the store, as another version of Inlet may, or a host by force. */
async function changeStored(templateId: string, changes: Partial<Template>): Promise<void> {
  const { projectId } = bench.caller;
  const before = await bench.context.store.templates.get({ projectId, templateId });
  if (!before) throw new Error('the template is not stored');
  const input = { ...before, ...changes };
  const replacement = { input, expectedRevision: before.revision, updatedAt: new Date() };
  const result = await bench.context.store.templates.replace({ projectId, templateId }, replacement);
  if (result !== 'replaced') throw new Error(result);
}

const remove = (templateId: string) =>
  bench.context.store.templates.remove({ projectId: bench.caller.projectId, templateId });

/** A job that has run once and knows one item. */
async function jobThatRan() {
  const { id: templateId } = await bench.makeTemplate();
  const job = await bench.makeJob({ templateId });
  await bench.runNow(job.id);
  bench.receiver.clear();
  return { job, templateId };
}

const BREAKS: [string, Partial<Template>, string, string][] = [
  ['has no destination any more', { destination: null }, 'template_no_destination', ADVICE],
  [
    'does not allow the kind of source any more',
    { allowedSources: ['upload' as SourceKind] },
    'source_kind_not_allowed',
    `Allowed: upload. ${ADVICE}`,
  ],
];

test.each(BREAKS)(
  'a run is not started if its template %s: nothing is fetched, sent or forgotten',
  async (_, changes, code, detail) => {
    const { job, templateId } = await jobThatRan();
    await changeStored(templateId, changes);
    const before = await bench.storedJob(job.id);
    const { projectId, runId } = await bench.startRun(job.id);
    const fetched = bench.site.requests.length;
    await createWorkHandlers(bench.context).run({ projectId, runId }, workOptions());
    expect(await bench.run(runId)).toMatchObject({
      outcome: 'not_started',
      phase: 'done',
      error: { code, detail },
      counts: { bytes: 0, records: 0, batches: 0 },
    });
    expect(bench.site.requests).toHaveLength(fetched);
    expect(bench.events()).toEqual([]);
    const { itemStateId, knownItems, fetchState, failuresInARow, activeRunId } = await bench.storedJob(
      job.id,
    );
    expect({ itemStateId, knownItems, fetchState }).toEqual({
      itemStateId: before.itemStateId,
      knownItems: 1,
      fetchState: before.fetchState,
    });
    expect([failuresInARow, activeRunId]).toEqual([1, null]);
  },
);

test('a run is not started if its template is removed while it waits', async () => {
  const { job, templateId } = await jobThatRan();
  const ref = await bench.startRun(job.id);
  await remove(templateId);
  await createWorkHandlers(bench.context).run(ref, workOptions());
  expect(await bench.run(ref.runId)).toMatchObject({
    outcome: 'not_started',
    error: { code: 'template_not_found', detail: ADVICE },
  });
});

test('a run whose source was ingested fails if its template is removed, and counts its rows as never sent', async () => {
  const { job, templateId } = await jobThatRan();
  bench.setFeed([
    { guid: '1', title: 'One' },
    { guid: '2', title: 'Two' },
  ]);
  const ref = await bench.startRun(job.id);
  bench.receiver.answerWith({ status: 503 });
  await createWorkHandlers(bench.context).run(ref, workOptions());
  expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'running', phase: 'deliver' });
  await remove(templateId);
  await createWorkHandlers(bench.later(3_600_000)).run(ref, workOptions());
  const { error } = await bench.run(ref.runId);
  expect(error).toMatchObject({ code: 'template_not_found' });
  expect(error).not.toHaveProperty('detail');
  expect(await bench.run(ref.runId)).toMatchObject({ outcome: 'failed', counts: { rowsAcknowledged: 0 } });
  expect(await bench.job(job.id)).toMatchObject({ knownItems: 1, failuresInARow: 1 });
});

test('a job whose runs cannot start pauses itself, and runs again once the template allows it', async () => {
  const { job, templateId } = await jobThatRan();
  const { destination } = (await bench.context.store.templates.get({
    projectId: bench.caller.projectId,
    templateId,
  }))!;
  await bench.changeJob(job.id, { guardRails: { ...job.guardRails, pauseAfterFailures: 2 } });
  await changeStored(templateId, { destination: null });
  await bench.runNow(job.id);
  await bench.runNow(job.id);
  expect(await bench.job(job.id)).toMatchObject({
    status: 'paused',
    pausedBecause: { code: 'job_auto_paused' },
  });
  await changeStored(templateId, { destination });
  await bench.changeJob(job.id, { status: 'active' });
  expect(await bench.runNow(job.id)).toMatchObject({ outcome: 'unchanged' });
  expect(await bench.job(job.id)).toMatchObject({ failuresInARow: 0 });
});
