import '@inlet/schedule/cron-locales';
import type { SchedulePreview, SchedulePreviewRequest } from '@inlet/contracts';
import { checkSchedule, previewSchedule } from '@inlet/schedule';
import type { World } from './ports/world.js';

/** A schedule in words, as cron where there is an exact one, and its next times. */
export function previewScheduleOf(
  world: World,
  { request }: { request: SchedulePreviewRequest },
): SchedulePreview {
  const now = world.now();
  checkSchedule(request.schedule, { now, minIntervalMinutes: 1 });
  const { schedule, count, locale } = request;
  return previewSchedule(schedule, { now, count, ...(locale !== undefined && { locale }) });
}
