import type { Schedule } from '@inlet/contracts';
import { nextTime } from '@inlet/schedule';

/** The job's next tick after a moment; null if its schedule has no more. "Every N" counts from the job's start. */
export function nextRunAt(job: { schedule: Schedule; createdAt: Date }, after: Date): Date | null {
  const { startsAt } = job.schedule;
  return nextTime(job.schedule, { after, anchor: startsAt ? new Date(startsAt) : job.createdAt });
}
