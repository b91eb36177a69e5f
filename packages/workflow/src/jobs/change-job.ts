import {
  changeSource,
  type JobPatch,
  type JobView,
  type WidgetJobPatch,
  type WidgetJobView,
} from '@inlet/contracts';
import { columnsOf, findTemplate } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { FeedJob, JobChanges } from '../ports/model.js';
import { withColumns } from '../templates/with-columns.js';
import { applyChange } from './apply-change.js';
import { checkJob } from './check-job.js';
import { checkIdentityColumns, checkSelection } from './check-selection.js';
import { endOfTemporaryDraft, nextRunAt, placeTick } from './job-schedule.js';
import { viewJob } from './view-job.js';

export interface JobChange {
  readonly jobId: string;
  readonly patch: JobPatch | WidgetJobPatch;
}

/**
 * Changes the given fields; source, mapping and schedule take effect at the next run. A new mapping was made for the
 * columns that the caller was shown, so the job takes those over with it.
 */
export async function changeJob(
  context: Context,
  caller: Caller,
  { jobId, patch }: JobChange,
): Promise<JobView | WidgetJobView> {
  const compute = (job: FeedJob) => computeChanges(context, caller, { job, patch });
  const job = await applyChange(context, caller, { address: { jobId }, compute });
  if (patch.schedule) await placeTick(context, job);
  return viewJob(job, caller);
}

async function computeChanges(
  context: Context,
  caller: Caller,
  { job: before, patch }: { job: FeedJob; patch: JobChange['patch'] },
): Promise<JobChanges> {
  const now = context.now();
  const template = await findTemplate(context, caller, before.templateId);
  const columns = patch.mapping ? columnsOf(caller, before) : before.columns;
  const source = patch.source ? changeSource(before.source, patch.source) : before.source;
  const schedule = patch.schedule ?? before.schedule;
  const mapping = patch.mapping ?? before.mapping;
  const ownTemplate = withColumns(template, columns);
  const { recordPath, parseOptions } = { ...before, ...withoutUndefined(patch) };
  checkJob(ownTemplate, { source, mapping, recordPath, parseOptions, schedule, now });
  checkSelection(ownTemplate.columns, patch);
  if (patch.identity || patch.mapping)
    checkIdentityColumns(ownTemplate.columns, { identity: patch.identity ?? before.identity, mapping });
  return {
    ...withoutUndefined(patch),
    ...(patch.source && { source }),
    ...(patch.mapping && { columns }),
    ...(patch.schedule && rescheduled(before, schedule, now)),
    ...(before.temporaryUntil && { temporaryUntil: endOfTemporaryDraft(now) }),
  };
}

/** A new schedule moves the next run; an ended job becomes active again if the new schedule has a time for it. */
function rescheduled(before: FeedJob, schedule: FeedJob['schedule'], now: Date): JobChanges {
  if (before.status === 'paused' || before.status === 'draft') return {};
  const at = nextRunAt({ schedule, createdAt: before.createdAt }, now);
  return { nextRunAt: at, status: at ? 'active' : 'ended' };
}

const withoutUndefined = (patch: JobPatch): JobChanges =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
