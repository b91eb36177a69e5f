import '@inlet/schedule/cron-locales';
import type { SchedulePreview, SchedulePreviewRequest } from '@inlet/contracts';
import { checkSchedule, nextTime, previewSchedule } from '@inlet/schedule';
import type { Context } from '../ports/context.js';
import type { FeedJob, Job } from '../ports/model.js';

/** The job's next tick after a moment; null if its schedule has no more. "Every N" counts from the job's start. */
export function nextRunAt(job: Pick<FeedJob, 'schedule' | 'createdAt'>, after: Date): Date | null {
  const { startsAt } = job.schedule;
  return nextTime(job.schedule, { after, anchor: startsAt ? new Date(startsAt) : job.createdAt });
}

/** Sets the job's tick to its next run, or disables it. */
export async function placeTick(
  context: Pick<Context, 'queue'>,
  job: Pick<Job, 'id' | 'projectId' | 'externalUserId' | 'status' | 'nextRunAt'>,
): Promise<void> {
  const { id: jobId, projectId, externalUserId, nextRunAt: at } = job;
  if (job.status === 'active' && at) await context.queue.setTick({ projectId, jobId, externalUserId, at });
  else await context.queue.disableTick(jobId);
}

const TEMPORARY_MS = 24 * 60 * 60 * 1000;

/** A draft that the widget saved for its dry run is removed a day after its last change. */
export const endOfTemporaryDraft = (now: Date): Date => new Date(now.getTime() + TEMPORARY_MS);

/** A schedule in words, as cron if an exact expression exists, and its next times. */
export function previewScheduleOf(
  context: Pick<Context, 'now'>,
  { schedule, count, locale = 'en' }: SchedulePreviewRequest,
): SchedulePreview {
  const now = context.now();
  checkSchedule(schedule, { now, minIntervalMinutes: 1 });
  return previewSchedule(schedule, { now, count, locale });
}
