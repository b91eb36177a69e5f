import '@inlet/schedule/cron-locales';
import { type JobView, viewSource, type WidgetJobView } from '@inlet/contracts';
import { describeSchedule } from '@inlet/schedule';
import { visibleError } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { NO_COLUMNS } from '../ingest/row-identity-setting.js';
import type { Job, RowIdentityState } from '../ports/model.js';

/** A job for its caller: a user reads the schedule in its own language, and does not see `extra`. */
export function viewJob(job: Job, caller: Caller): JobView | WidgetJobView {
  const { user } = caller;
  const view = {
    ...viewKind(job, user?.locale),
    id: job.id,
    templateId: job.templateId,
    externalUserId: job.externalUserId,
    label: job.label,
    status: job.status,
    pausedBecause: visibleError(caller, job.pausedBecause),
    recordPath: job.recordPath,
    parseOptions: job.parseOptions,
    mapping: job.mapping,
    identity: job.identity,
    ...viewIdentity(job.fetchState.rowIdentity),
    firstRun: job.firstRun,
    filter: job.filter,
    columns: job.columns && [...job.columns],
    nextRunAt: job.status === 'active' ? (job.nextRunAt?.toISOString() ?? null) : null,
    overlap: job.overlap,
    changeDetection: job.changeDetection,
    guardRails: job.guardRails,
    whenHeld: job.whenHeld,
    activeRunId: job.activeRunId,
    heldRunId: job.activeRunId === job.heldRunId ? null : job.heldRunId,
    lastRun: job.lastRun && { ...job.lastRun, error: visibleError(caller, job.lastRun.error) },
    failuresInARow: job.failuresInARow,
    knownItems: job.knownItems,
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
  };
  return user ? view : { ...view, extra: job.extra };
}

const viewKind = (job: Job, locale = 'en') =>
  job.kind === 'feed'
    ? {
        kind: job.kind,
        source: viewSource(job.source),
        schedule: job.schedule,
        scheduleText: describeSchedule(job.schedule, { locale }),
      }
    : { kind: job.kind, source: null, schedule: null, scheduleText: null };

/** What tells the items of a job apart. `by` lists the identity columns in force. */
function viewIdentity(
  rowIdentity: RowIdentityState | null,
): Pick<JobView, 'identityBasis' | 'identityPaths'> {
  if (rowIdentity === null) return { identityBasis: null, identityPaths: null };
  const { by, basis, paths } = rowIdentity;
  const hasColumns = by !== 'content' && by !== NO_COLUMNS;
  return hasColumns
    ? { identityBasis: 'columns', identityPaths: null }
    : { identityBasis: basis, identityPaths: paths };
}
