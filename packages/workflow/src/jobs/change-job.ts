import { type Column, InletError, type JobPatch, type JobView } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { JobChanges } from '../ports/model.js';
import { findTemplate } from '../templates/find-template.js';
import { withColumns } from '../templates/with-columns.js';
import { checkJob } from './check-job.js';
import { placeTick } from './create-job.js';
import { findJob } from './find-job.js';
import { keepCredentials, liftCredentials } from './keep-credentials.js';
import { nextRunAt } from './next-run-at.js';
import { viewJob } from './view-job.js';

export interface ChangeJobOptions {
  readonly projectId: string;
  readonly jobId: string;
  readonly patch: JobPatch;
  /** Columns in place of those that the job uses; default: they stay. */
  readonly columns?: readonly Column[] | null;
}

/** Changes the fields that are given; source, mapping and schedule take effect at the next run. */
export async function changeJob(context: Context, options: ChangeJobOptions): Promise<JobView> {
  const { projectId, jobId, patch } = options;
  const now = context.now();
  const before = await findJob(context, { projectId, jobId });
  const template = await findTemplate(context, { projectId, templateId: before.templateId });
  const columns = options.columns === undefined ? before.columns : options.columns;
  const source = patch.source ? keepCredentials(before.source, liftCredentials(patch.source)) : before.source;
  const schedule = patch.schedule ?? before.schedule;
  const mapping = patch.mapping ?? before.mapping;
  checkJob(withColumns(template, columns), { source, mapping, schedule, now });
  const changes = {
    ...withoutUndefined(patch),
    ...(patch.source && { source }),
    ...(options.columns !== undefined && { columns }),
    ...(patch.schedule && scheduleChanges(before, schedule, now)),
  };
  const job = await context.store.jobs.change(projectId, jobId, {
    changes,
    expectedRevision: before.revision,
    now,
  });
  if (!job) throw new InletError('job_changed_meanwhile');
  if (patch.schedule) await placeTick(context, job);
  return viewJob(job);
}

/** A new schedule moves the next run; a job that had ended lives again when the new schedule has a time for it. */
function scheduleChanges(
  before: Awaited<ReturnType<typeof findJob>>,
  schedule: NonNullable<JobPatch['schedule']>,
  now: Date,
): JobChanges {
  if (before.status === 'paused' || before.status === 'draft') return {};
  const at = nextRunAt({ schedule, createdAt: before.createdAt }, now);
  return { nextRunAt: at, status: at ? 'active' : 'ended' };
}

const withoutUndefined = (patch: JobPatch): JobChanges =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
