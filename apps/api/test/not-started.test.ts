import type { TemplateView } from '@inlet/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ImportBench, startImportBench } from './import-bench.js';

let bench: ImportBench;
beforeAll(async () => {
  bench = await startImportBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.receiver.clear();
  bench.setFeed([{ guid: '1', title: 'One' }]);
});

const removeDestination = async ({ id }: TemplateView) => {
  const answer = await bench.call('PATCH', `/v1/templates/${id}`, { body: { destination: null } });
  expect(answer.status).toBe(200);
};

const removeTemplate = ({ id }: TemplateView) =>
  bench.inlet.context.store.templates.remove({ projectId: bench.project.projectId, templateId: id });

/** Lets a tick come due and waits for the end of its run. */
async function tick(jobId: string): Promise<void> {
  const before = (await bench.job(jobId)).lastRun?.runId;
  await bench.tickNow(jobId);
  const lastRunId = async () => (await bench.job(jobId)).lastRun?.runId ?? before;
  await expect.poll(lastRunId).not.toBe(before);
}

it.each([
  ['the template is gone', removeTemplate, 'template_not_found'],
  ['the template has no destination any more', removeDestination, 'template_no_destination'],
])('a tick ends as not started if %s', async (_what, change, code) => {
  const template = await bench.makeTemplate();
  const job = await bench.makeJob({ templateId: template.id });
  await change(template);
  await tick(job.id);
  const { lastRun, failuresInARow } = await bench.job(job.id);
  expect(lastRun).toMatchObject({
    outcome: 'not_started',
    error: { code, detail: 'Only the application that this import belongs to can change this.' },
  });
  expect(failuresInARow).toBe(1);
  expect(await bench.run(lastRun?.runId ?? '')).toMatchObject({
    outcome: 'not_started',
    trigger: 'schedule',
    phase: 'done',
    counts: { records: 0, batches: 0 },
  });
  expect(bench.events()).toEqual([]);
});

it('a job pauses itself after too many runs that did not start', async () => {
  const template = await bench.makeTemplate();
  const job = await bench.makeJob({ templateId: template.id, guardRails: { pauseAfterFailures: 2 } });
  await removeDestination(template);
  await tick(job.id);
  expect((await bench.job(job.id)).status).toBe('active');
  await tick(job.id);
  expect(await bench.job(job.id)).toMatchObject({
    status: 'paused',
    pausedBecause: { code: 'job_auto_paused' },
  });
});
