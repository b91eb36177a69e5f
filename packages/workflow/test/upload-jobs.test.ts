import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeJob,
  getJob,
  type Job,
  listJobs,
  pauseJob,
  resetJob,
  resumeJob,
  runJob,
} from '../src/index.js';
import { findOrCreateUploadJob } from '../src/jobs/upload-job.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

let bench: EngineBench;
let templateId: string;
let job: Job;
const page = { limit: 10 };
const externalUserId = 'user-1';

beforeAll(async () => {
  bench = await startEngineBench();
  templateId = (await bench.makeTemplate({ mode: 'manual' })).id;
  job = await jobOf(externalUserId);
});
afterAll(() => bench.close());

async function jobOf(user: string): Promise<Job> {
  const { projectId } = bench.caller;
  const template = await bench.context.store.templates.get({ projectId, templateId });
  if (template === null) throw new Error('the template is gone');
  return findOrCreateUploadJob(bench.context, { projectId, template, externalUserId: user });
}

const host = () => bench.caller;
const user = () => userOf({ projectId: bench.caller.projectId, templateId, externalUserId });

describe('a job of uploads', () => {
  it('is the same one for all uploads of a user', async () => {
    expect(await jobOf(externalUserId)).toEqual(job);
    expect((await jobOf('user-2')).id).not.toBe(job.id);
  });

  it('has neither a source nor a schedule', async () => {
    for (const caller of [host(), user()])
      expect(await getJob(bench.context, caller, { jobId: job.id })).toMatchObject({
        kind: 'upload',
        status: 'active',
        source: null,
        schedule: null,
        scheduleText: null,
        nextRunAt: null,
      });
  });

  it('is listed apart from the jobs with a source', async () => {
    const { context } = bench;
    const feed = await bench.makeJob({ templateId });
    const list = async (kind: 'feed' | 'upload') => {
      const { items } = await listJobs(context, host(), { externalUserId, kind, ...page });
      return items.map(({ id }) => id);
    };
    expect(await list('upload')).toEqual([job.id]);
    expect(await list('feed')).toEqual([feed.id]);
    const ofUser = await listJobs(context, user(), { kind: 'upload', ...page });
    expect(ofUser.items.map(({ id }) => id)).toEqual([job.id]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['paused', () => pauseJob(bench.context, host(), { jobId: job.id })],
    ['resumed', () => resumeJob(bench.context, host(), { jobId: job.id })],
    ['changed', () => changeJob(bench.context, host(), { jobId: job.id, patch: { label: 'x' } })],
    ['run', () => runJob(bench.context, host(), { jobId: job.id, isDryRun: false })],
    ['run dry', () => runJob(bench.context, user(), { jobId: job.id, isDryRun: true })],
    ['reset', () => resetJob(bench.context, host(), { jobId: job.id })],
  ])('cannot be %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject(errorWith('job_of_uploads'));
  });
});
