import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Caller,
  cancelRun,
  changeJob,
  createProject,
  getJob,
  getRun,
  getSessionTemplate,
  listJobs,
  listRunDeliveries,
  listRunIssues,
  listRuns,
  pauseJob,
  removeJob,
  replayDelivery,
  replayRun,
  resendRejectedRows,
  resetJob,
  resumeJob,
  runJob,
  streamRunIssues,
} from '../src/index.js';
import { errorWith, userOf } from './callers.js';
import { type EngineBench, startEngineBench } from './engine-bench.js';

const page = { limit: 50 };

let bench: EngineBench;
let jobId: string;
let runId: string;
let callers: Record<'host' | 'owner' | 'otherUser' | 'otherTemplate' | 'otherProject' | 'nobody', Caller>;

beforeAll(async () => {
  bench = await startEngineBench();
  bench.setFeed([
    { guid: '1', title: 'One', price: 'free' },
    { guid: '2', title: 'Two' },
  ]);
  const { templateId, id } = await bench.makeJob();
  const other = await bench.makeTemplate();
  jobId = id;
  runId = (await bench.runNow(id)).id;
  const { projectId } = bench.caller;
  callers = {
    host: bench.caller,
    owner: userOf({ projectId, templateId }),
    otherUser: userOf({ projectId, templateId, externalUserId: 'user-2' }),
    otherTemplate: userOf({ projectId, templateId: other.id }),
    otherProject: { projectId: (await createProject(bench.context, { name: 'Other' })).projectId },
    nobody: userOf({ projectId, templateId, externalUserId: null, isSigned: false }),
  };
});
afterAll(() => bench.close());

type Who = keyof typeof callers;
type Use = (caller: Caller) => Promise<unknown>;

const ON_JOBS: Record<string, Use> = {
  getJob: (caller) => getJob(bench.context, caller, { jobId }),
  changeJob: (caller) => changeJob(bench.context, caller, { jobId, patch: { label: 'Stolen' } }),
  pauseJob: (caller) => pauseJob(bench.context, caller, { jobId }),
  resumeJob: (caller) => resumeJob(bench.context, caller, { jobId }),
  removeJob: (caller) => removeJob(bench.context, caller, { jobId }),
  runJob: (caller) => runJob(bench.context, caller, { jobId, isDryRun: true }),
  listRuns: (caller) => listRuns(bench.context, caller, { jobId, page }),
  getSessionTemplate: (caller) => getSessionTemplate(bench.context, caller, { jobId }),
};
const ON_RUNS: Record<string, Use> = {
  getRun: (caller) => getRun(bench.context, caller, { runId }),
  cancelRun: (caller) => cancelRun(bench.context, caller, { runId }),
  listRunIssues: (caller) => listRunIssues(bench.context, caller, { runId, page }),
  resendRejectedRows: (caller) => resendRejectedRows(bench.context, caller, { runId }),
  streamRunIssues: (caller) => streamRunIssues(bench.context, caller, { runId }),
};
const FOR_HOSTS: Record<string, Use> = {
  resetJob: (caller) => resetJob(bench.context, caller, { jobId }),
  listRunDeliveries: (caller) => listRunDeliveries(bench.context, caller, { runId, page }),
  replayRun: (caller) => replayRun(bench.context, caller, { runId }),
  replayDelivery: (caller) => replayDelivery(bench.context, caller, { deliveryId: 'dlv_1' }),
};

describe.each<[Who, string, string]>([
  ['otherUser', 'job_not_found', 'run_not_found'],
  ['otherTemplate', 'job_not_found', 'run_not_found'],
  ['otherProject', 'job_not_found', 'run_not_found'],
  ['nobody', 'user_unknown', 'user_unknown'],
])('for %s', (who, jobCode, runCode) => {
  it.each(Object.keys(ON_JOBS))('the job does not exist: %s', async (name) => {
    const before = await bench.storedJob(jobId);
    await expect(ON_JOBS[name]?.(callers[who])).rejects.toMatchObject(errorWith(jobCode));
    expect(await bench.storedJob(jobId)).toEqual(before);
    expect(await bench.runsOf(jobId)).toHaveLength(1);
  });

  it.each(Object.keys(ON_RUNS))('the run does not exist: %s', async (name) => {
    await expect(ON_RUNS[name]?.(callers[who])).rejects.toMatchObject(errorWith(runCode));
  });
});

describe.each<Who>(['host', 'owner'])('the %s', (who) => {
  it.each([
    ['the job', 'getJob', ON_JOBS, { label: 'Feed' }],
    ['the runs of the job', 'listRuns', ON_JOBS, { items: [{ trigger: 'api' }] }],
    ['the run', 'getRun', ON_RUNS, { outcome: 'succeeded_with_issues' }],
    ['the issues of the run', 'listRunIssues', ON_RUNS, { items: [{ record: 1, columnKey: 'price' }] }],
  ])('sees %s', async (_, name, uses, expected) => {
    expect(await uses[name]?.(callers[who])).toMatchObject(expected);
  });
});

describe('what is for the host', () => {
  it.each(Object.keys(FOR_HOSTS))('is refused to the user that owns the job: %s', async (name) => {
    await expect(FOR_HOSTS[name]?.(callers.owner)).rejects.toMatchObject(errorWith('not_permitted'));
  });

  it.each(['resetJob', 'listRunDeliveries', 'replayRun'])(
    'does not exist for another project: %s',
    async (name) => {
      const code = name === 'resetJob' ? 'job_not_found' : 'run_not_found';
      await expect(FOR_HOSTS[name]?.(callers.otherProject)).rejects.toMatchObject(errorWith(code));
    },
  );

  it('includes a job only under its own user, if the host names the user', async () => {
    const address = (externalUserId: string) => ({ jobId, externalUserId });
    const found = getJob(bench.context, callers.host, address('user-1'));
    await expect(found).resolves.toMatchObject({ id: jobId });
    const notFound = getJob(bench.context, callers.host, address('user-2'));
    await expect(notFound).rejects.toMatchObject(errorWith('job_not_found'));
  });
});

describe('listed jobs', () => {
  const list = async (caller: Caller, externalUserId?: string) =>
    (await listJobs(bench.context, caller, { externalUserId, kind: 'feed', ...page })).items.map(
      ({ label }) => label,
    );

  beforeAll(async () => {
    const { id: templateId } = await bench.makeTemplate();
    await bench.makeJob({ label: 'Other template', templateId });
    await bench.makeJob({ label: 'Other user', externalUserId: 'user-2' });
  });

  it('are those of the user that the host names, over all templates, the newest first', async () => {
    expect(await list(callers.host, 'user-1')).toEqual(['Other template', 'Feed']);
    expect(await list(callers.host, 'user-2')).toEqual(['Other user']);
    expect(await list(callers.host, 'user-3')).toEqual([]);
  });

  it('are those of the user and template of a session, whatever user the request names', async () => {
    expect(await list(callers.owner)).toEqual(['Feed']);
    expect(await list(callers.owner, 'user-2')).toEqual(['Feed']);
    expect(await list(callers.otherUser)).toEqual(['Other user']);
    expect(await list(callers.otherTemplate)).toEqual([]);
  });

  it('never belong to another project', async () => {
    expect(await list(callers.otherProject, 'user-1')).toEqual([]);
  });

  it.each<[string, Who]>([
    ['the host names no user', 'host'],
    ['nobody is signed in', 'nobody'],
  ])('need a user: %s', async (_, who) => {
    await expect(list(callers[who])).rejects.toMatchObject(errorWith('user_unknown'));
  });
});
