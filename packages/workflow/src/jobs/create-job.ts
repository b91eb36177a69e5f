import {
  InletError,
  type JobView,
  newSource,
  type RunView,
  type WidgetJobInput,
  type WidgetJobView,
} from '@inlet/contracts';
import { columnsOf, findTemplate, type JobOwner, ownerOfNewJob } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type FeedJob, NOTHING_FETCHED } from '../ports/model.js';
import { runJob } from '../runs/run-job.js';
import { proposeRecordPath } from '../sources/propose-record-path.js';
import { withColumns } from '../templates/with-columns.js';
import { checkJob } from './check-job.js';
import { checkIdentityColumns, checkSelection } from './check-selection.js';
import { endOfTemporaryDraft, nextRunAt, placeTick } from './job-schedule.js';
import { removeWithRuns } from './remove-job.js';
import { viewJob } from './view-job.js';

/** A host names the owner; for a user it comes from the session. */
export type CreateJobInput = WidgetJobInput & Partial<JobOwner>;

export interface CreatedJob {
  readonly job: JobView | WidgetJobView;
  /** The first run, if `runNow` asked for one. */
  readonly run: RunView | null;
}

export async function createJob(
  context: Context,
  caller: Caller,
  input: CreateJobInput,
): Promise<CreatedJob> {
  const { isDraft, runNow, ...fields } = input;
  const { projectId } = caller;
  const owner = ownerOfNewJob(caller, input);
  const columns = columnsOf(caller, null);
  const now = context.now();
  const template = await findTemplate(context, caller, owner.templateId);
  const source = newSource(fields.source);
  const { parseOptions } = fields;
  const recordPath =
    fields.recordPath ??
    (await proposeRecordPath(context, caller, {
      source: fields.source,
      parseOptions,
      mapping: fields.mapping,
    }));
  const given = { ...fields, ...owner, templateId: template.id, source, recordPath };
  const ownTemplate = withColumns(template, columns);
  checkJob(ownTemplate, { ...given, now });
  checkSelection(ownTemplate.columns, given);
  checkIdentityColumns(ownTemplate.columns, given);
  const job: FeedJob = {
    ...given,
    kind: 'feed',
    id: context.newId('job'),
    projectId,
    columns,
    status: isDraft ? 'draft' : 'active',
    pausedBecause: null,
    nextRunAt: isDraft ? null : nextRunAt({ schedule: given.schedule, createdAt: now }, now),
    activeRunId: null,
    heldRunId: null,
    hasQueuedTick: false,
    lastRun: null,
    failuresInARow: 0,
    knownItems: 0,
    itemStateId: null,
    fetchState: NOTHING_FETCHED,
    bodyLimit: null,
    temporaryUntil: isDraft && caller.user ? endOfTemporaryDraft(now) : null,
    runCount: 0,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await context.store.jobs.insert(job);
  await placeTick(context, job);
  await removeIfTemplateIsGone(context, job);
  const run = runNow ? await runJob(context, caller, { jobId: job.id, isDryRun: false }) : null;
  return { job: viewJob(job, caller), run };
}

/** The template may have been removed with all jobs that it had before this one was stored. */
async function removeIfTemplateIsGone(context: Context, job: FeedJob): Promise<void> {
  if (await context.store.templates.get(job)) return;
  await removeWithRuns(context, job);
  throw new InletError('template_not_found');
}
