import { rssFeed } from '@inlet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkHandlers, runJob } from '../src/index.js';
import { type EngineBench, startEngineBench, workOptions } from './engine-bench.js';

let bench: EngineBench;
beforeAll(async () => {
  bench = await startEngineBench();
});
afterAll(() => bench.close());

test('an ETag that stays although the file changes is not relied upon for more than a day', async () => {
  const setFeed = (title: string) =>
    bench.site.route('/feed.xml', { body: rssFeed([{ guid: title, title }]), etag: '"always"' });
  const runAfter = async (hours: number) => {
    const context = bench.later(hours * 3_600_000);
    const { id: runId } = await runJob(context, bench.caller, { jobId, isDryRun: false });
    await createWorkHandlers(context).run({ projectId: bench.caller.projectId, runId }, workOptions());
    const { outcome, counts } = await bench.run(runId);
    return [outcome, counts.created];
  };
  setFeed('first');
  const { id: jobId } = await bench.makeJob();
  expect(await runAfter(0)).toEqual(['succeeded', 1]);
  setFeed('second');
  expect(await runAfter(1)).toEqual(['unchanged', 0]);
  expect(await runAfter(23)).toEqual(['unchanged', 0]);
  expect(await runAfter(25)).toEqual(['succeeded', 1]);
  expect(await runAfter(26)).toEqual(['unchanged', 0]);
});
