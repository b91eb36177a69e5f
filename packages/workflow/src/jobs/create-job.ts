import type { Column, JobInput, JobView, RunView } from '@inlet/contracts';
import type { FetchState, Job } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { runJob } from '../runs/run-job.js';
import { findTemplate } from '../templates/find-template.js';
import { withColumns } from '../templates/with-columns.js';
import { checkJob } from './check-job.js';
import { liftCredentials } from './keep-credentials.js';
import { nextRunAt } from './next-run-at.js';
import { viewJob } from './view-job.js';

const NOTHING_FETCHED: FetchState = {
  etag: null,
  lastModified: null,
  configHash: null,
  movedFrom: null,
  movedTo: null,
  movedTimes: 0,
  body: null,
  pathsWithValues: [],
};

export interface CreateJobOptions {
  readonly projectId: string;
  readonly input: JobInput;
  /** Columns of its own; default: those of the template, as they are at each run. */
  readonly columns?: readonly Column[] | null;
}

export async function createJob(
  world: World,
  { projectId, input, columns = null }: CreateJobOptions,
): Promise<{ job: JobView; run: RunView | null }> {
  const { isDraft, runNow, ...fields } = input;
  const given = { ...fields, source: liftCredentials(fields.source) };
  const now = world.now();
  const template = await findTemplate(world, { projectId, templateId: input.templateId });
  checkJob(withColumns(template, columns), { ...given, now });
  const job: Job = {
    ...given,
    id: world.newId('job'),
    projectId,
    columns,
    status: isDraft ? 'draft' : 'active',
    pausedBecause: null,
    nextRunAt: isDraft ? null : nextRunAt({ schedule: given.schedule, createdAt: now }, now),
    activeRunId: null,
    hasQueuedTick: false,
    lastRun: null,
    failuresInARow: 0,
    knownItems: 0,
    itemStateId: null,
    fetchState: NOTHING_FETCHED,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await world.store.jobs.insert(job);
  await placeTick(world, job);
  const run = runNow ? await runJob(world, { projectId, jobId: job.id, isDryRun: false }) : null;
  return { job: viewJob(job), run };
}

/** Puts the job's tick where its next run is, or takes it away. */
export async function placeTick(world: World, job: Job): Promise<void> {
  const { id: jobId, projectId, externalUserId, nextRunAt: at } = job;
  if (job.status === 'active' && at) await world.queue.setTick({ projectId, jobId, externalUserId, at });
  else await world.queue.disableTick(jobId);
}
