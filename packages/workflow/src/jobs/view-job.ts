import '@inlet/schedule/cron-locales';
import { type JobView, viewSource, type WidgetJobView } from '@inlet/contracts';
import { describeSchedule } from '@inlet/schedule';
import { visibleError } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Job } from '../ports/model.js';

/** A job for its caller: a user reads the schedule in its own language, and does not see `extra`. */
export function viewJob(job: Job, caller: Caller): JobView | WidgetJobView {
  const { user } = caller;
  const view: WidgetJobView = {
    id: job.id,
    templateId: job.templateId,
    externalUserId: job.externalUserId,
    label: job.label,
    status: job.status,
    pausedBecause: visibleError(caller, job.pausedBecause),
    source: viewSource(job.source),
    recordPath: job.recordPath,
    parseOptions: job.parseOptions,
    mapping: job.mapping,
    identity: job.identity,
    identityBasis: job.fetchState.rowIdentity?.basis ?? null,
    firstRun: job.firstRun,
    filter: job.filter,
    columns: job.columns && [...job.columns],
    schedule: job.schedule,
    scheduleText: describeSchedule(job.schedule, { locale: user?.locale ?? 'en' }),
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
