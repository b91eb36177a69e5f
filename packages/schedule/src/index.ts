export { canonicalZone } from './canonical-zone.js';
export { checkSchedule } from './check-schedule.js';
export { describeSchedule } from './describe-schedule.js';
export { readForeignCron } from './foreign-cron.js';
export { SCHEDULE_LOCALES } from './locales/texts-for.js';
export { countTicks, type NextOptions, nextTime, nextTimes } from './next-time.js';
export { isCron } from './parse-cron.js';
export { previewSchedule } from './preview-schedule.js';
export { toCron } from './to-cron.js';
