import { type JobView, viewSource } from '@inlet/contracts';
import { describeSchedule } from '@inlet/schedule';
import type { Job } from '../ports/model.js';

/** A job as the API shows it, its schedule said in English. */
export function viewJob(job: Job): JobView {
  return {
    id: job.id,
    templateId: job.templateId,
    externalUserId: job.externalUserId,
    label: job.label,
    status: job.status,
    pausedBecause: job.pausedBecause,
    source: viewSource(job.source),
    recordPath: job.recordPath,
    parseOptions: job.parseOptions,
    mapping: job.mapping,
    columns: job.columns && [...job.columns],
    schedule: job.schedule,
    scheduleText: describeSchedule(job.schedule),
    nextRunAt: job.status === 'active' ? (job.nextRunAt?.toISOString() ?? null) : null,
    overlap: job.overlap,
    changeDetection: job.changeDetection,
    guardRails: job.guardRails,
    extra: job.extra,
    activeRunId: job.activeRunId,
    lastRun: job.lastRun,
    failuresInARow: job.failuresInARow,
    knownItems: job.knownItems,
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
  };
}
