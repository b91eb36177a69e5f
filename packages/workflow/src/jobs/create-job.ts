import type { Column, JobInput, JobView, RunView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { FetchState, Job } from '../ports/model.js';
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
  context: Context,
  { projectId, input, columns = null }: CreateJobOptions,
): Promise<{ job: JobView; run: RunView | null }> {
  const { isDraft, runNow, ...fields } = input;
  const given = { ...fields, source: liftCredentials(fields.source) };
  const now = context.now();
  const template = await findTemplate(context, { projectId, templateId: input.templateId });
  checkJob(withColumns(template, columns), { ...given, now });
  const job: Job = {
    ...given,
    id: context.newId('job'),
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
  await context.store.jobs.insert(job);
  await placeTick(context, job);
  const run = runNow ? await runJob(context, { projectId, jobId: job.id, isDryRun: false }) : null;
  return { job: viewJob(job), run };
}

/** Puts the job's tick where its next run is, or takes it away. */
export async function placeTick(context: Context, job: Job): Promise<void> {
  const { id: jobId, projectId, externalUserId, nextRunAt: at } = job;
  if (job.status === 'active' && at) await context.queue.setTick({ projectId, jobId, externalUserId, at });
  else await context.queue.disableTick(jobId);
}
