import '@inlet/schedule/cron-locales';
import type { SchedulePreview, SchedulePreviewRequest } from '@inlet/contracts';
import { checkSchedule, previewSchedule } from '@inlet/schedule';
import type { Context } from '../ports/context.js';

/** A schedule in words, as cron if an exact expression exists, and its next times. */
export function previewScheduleOf(
  context: Pick<Context, 'now'>,
  { schedule, count, locale = 'en' }: SchedulePreviewRequest,
): SchedulePreview {
  const now = context.now();
  checkSchedule(schedule, { now, minIntervalMinutes: 1 });
  return previewSchedule(schedule, { now, count, locale });
}
