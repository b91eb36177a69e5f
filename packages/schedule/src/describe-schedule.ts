import type { MonthDay, Schedule, Weekday } from '@inlet/contracts';
import { minuteOfDay, WEEKDAYS } from './civil.js';
import { formatMinute } from './clock.js';
import { describeCron } from './describe-cron.js';
import { describeZoneAndBounds } from './describe-zone-and-bounds.js';
import { keepMade } from './keep-made.js';
import { type Counted, fill, forCount, type ScheduleTexts } from './locales/schedule-texts.js';
import { textsFor } from './locales/texts-for.js';
import { normalizeCron, parseCron } from './parse-cron.js';
import { alignedTimes } from './recurrence.js';

type Hours = Extract<Schedule, { kind: 'hours' }>;
type Minutes = Extract<Schedule, { kind: 'minutes' }>;

/** Up to this many times a day are listed. */
const MOST_NAMED_TIMES = 4;

/**
 * Describes a schedule, such as "Every weekday at 09:00, Berlin time".
 * @param options.locale BCP 47 tag, default `en`; English for a language that is not in `SCHEDULE_LOCALES`. Times have 12
 *   hours if its region writes them so: `en-US`, but not `en` or `en-GB`.
 * @throws InletError schedule_cron_invalid, schedule_zone_unknown
 */
export function describeSchedule(schedule: Schedule, options: { readonly locale?: string } = {}): string {
  const texts = textsFor(options.locale ?? 'en');
  const text =
    schedule.kind === 'cron'
      ? describeExpression(schedule.expression, texts)
      : describeRecurrence(schedule, texts);
  return describeZoneAndBounds(text, { schedule, texts });
}

function describeExpression(expression: string, texts: ScheduleTexts): string {
  const { times } = parseCron(expression);
  const isDaily = normalizeCron(expression).endsWith(' * * *');
  if (isDaily && times.length <= MOST_NAMED_TIMES) return dailyText(times, texts);
  return describeCron(expression, { locale: texts.tag }) ?? fill(texts.cron, { expression });
}

const dailyText = (times: readonly number[], texts: ScheduleTexts) =>
  fill(texts.days.single, {
    time: list(
      times.map((minute) => formatMinute(minute, texts.tag)),
      texts,
    ),
  });

function describeRecurrence(schedule: Exclude<Schedule, { kind: 'cron' }>, texts: ScheduleTexts): string {
  if (schedule.kind === 'minutes' || schedule.kind === 'hours') return describeTimes(schedule, texts);
  const counted = (choice: Counted, values: Record<string, string>) =>
    fillCounted(choice, {
      count: schedule.every,
      tag: texts.tag,
      values: { time: formatMinute(minuteOfDay(schedule.time), texts.tag), ...values },
    });
  switch (schedule.kind) {
    case 'days':
      return counted(schedule.onlyWeekdays ? texts.daysWithoutWeekends : texts.days, {});
    case 'weeks':
      return counted(weekText(schedule, texts), { weekdays: weekdayList(schedule.weekdays, texts) });
    case 'months':
      return counted(texts.months, { day: monthDayText(schedule.on, texts) });
    case 'years':
      return counted(texts.years, { day: yearDayText(schedule, texts) });
  }
}

function describeTimes(schedule: Minutes | Hours, texts: ScheduleTexts): string {
  const times = alignedTimes(schedule);
  const isChosen = schedule.kind === 'hours' && schedule.hours !== undefined && times?.length !== 24;
  if (times !== null && (isChosen || times.length <= MOST_NAMED_TIMES)) {
    return dailyText(times, texts);
  }
  const { tag } = texts;
  if (schedule.kind === 'minutes') {
    return schedule.every % 60 === 0
      ? fillCounted(texts.hours, { count: schedule.every / 60, tag, values: {} })
      : fillCounted(texts.minutes, { count: schedule.every, tag, values: {} });
  }
  const count = schedule.hours === undefined ? schedule.every : 1;
  const choice = schedule.minute === 0 ? texts.hours : texts.hoursAtMinute;
  return fillCounted(choice, { count, tag, values: { minute: String(schedule.minute) } });
}

interface CountedValues {
  readonly count: number;
  readonly tag: string;
  readonly values: Readonly<Record<string, string>>;
}

function fillCounted(choice: Counted, options: CountedValues): string {
  return fill(forCount(choice, options), { n: options.count, ...options.values });
}

/** All days, and Monday to Friday, have special texts. */
function weekText(schedule: Extract<Schedule, { kind: 'weeks' }>, texts: ScheduleTexts): Counted {
  const chosen = new Set(schedule.weekdays);
  const isWorkingWeek = chosen.size === 5 && !chosen.has('saturday') && !chosen.has('sunday');
  if (schedule.every > 1 || (chosen.size < 7 && !isWorkingWeek)) return texts.weeks;
  return isWorkingWeek ? { single: texts.weekdays, other: texts.weekdays } : texts.days;
}

const listFormat = keepMade((tag) => new Intl.ListFormat(tag));
const weekdayFormat = keepMade((tag) => new Intl.DateTimeFormat(tag, { weekday: 'long', timeZone: 'UTC' }));
const monthFormat = keepMade((tag) => new Intl.DateTimeFormat(tag, { month: 'long', timeZone: 'UTC' }));
const dayFormat = keepMade(
  (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', timeZone: 'UTC' }),
);

const list = (items: readonly string[], { tag }: ScheduleTexts) => listFormat(tag).format(items);

const weekdayList = (weekdays: readonly Weekday[], texts: ScheduleTexts) =>
  list(
    WEEKDAYS.filter((weekday) => weekdays.includes(weekday)).map((weekday) => weekdayName(weekday, texts)),
    texts,
  );

/** 5 January 1970 was a Monday. */
const weekdayName = (weekday: Weekday, { tag }: ScheduleTexts) =>
  weekdayFormat(tag).format(Date.UTC(1970, 0, 5 + WEEKDAYS.indexOf(weekday)));

function monthDayText(on: MonthDay, texts: ScheduleTexts): string {
  const { day, lastDay, lastWorkingDay, weekday, feminine } = texts.dayOfMonth;
  switch (on.kind) {
    case 'day':
      return fill(day, { day: on.day });
    case 'last_day':
      return lastDay;
    case 'last_working_day':
      return lastWorkingDay;
    case 'weekday': {
      const nth = feminine?.weekdays.includes(on.weekday) ? feminine.weekday : weekday;
      return fill(nth[on.nth], { weekday: weekdayName(on.weekday, texts) });
    }
  }
}

function yearDayText(
  { month, on }: Extract<Schedule, { kind: 'years' }>,
  { dayOfYear, ...texts }: ScheduleTexts,
): string {
  // Intl cannot format a date that is not in the calendar (30 February).
  if (on.kind === 'day' && new Date(Date.UTC(2000, month - 1, on.day)).getUTCDate() === on.day) {
    return fill(dayOfYear.date, { date: dayFormat(texts.tag).format(Date.UTC(2000, month - 1, on.day)) });
  }
  return fill(dayOfYear.inMonth, {
    day: monthDayText(on, { dayOfYear, ...texts }),
    month: monthFormat(texts.tag).format(Date.UTC(2000, month - 1, 1)),
  });
}
