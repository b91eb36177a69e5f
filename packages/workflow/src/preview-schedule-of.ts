import '@inlet/schedule/cron-locales';
import type { SchedulePreview, SchedulePreviewRequest } from '@inlet/contracts';
import { checkSchedule, previewSchedule } from '@inlet/schedule';
import type { Context } from './ports/context.js';

/** A schedule in words, as cron where there is an exact one, and its next times. */
export function previewScheduleOf(
  context: Context,
  { request }: { request: SchedulePreviewRequest },
): SchedulePreview {
  const now = context.now();
  checkSchedule(request.schedule, { now, minIntervalMinutes: 1 });
  const { schedule, count, locale } = request;
  return previewSchedule(schedule, { now, count, ...(locale !== undefined && { locale }) });
}
