import type { MonthDay, Schedule } from '@inlet/contracts';
import { DateTime } from 'luxon';

/**
 * An independent reading of the rules: it walks over real minutes with luxon and asks of each whether the
 * schedule names what the clocks show. Slow, and too simple to be wrong.
 */
const MINUTE = 60_000;

type Planned = Exclude<Schedule, { kind: 'cron' }>;

/** All runs in [from, to), both whole minutes, of a schedule without bounds. */
export function runsByMinute(
  schedule: Planned,
  options: { from: number; to: number; anchor: number },
): number[] {
  const { from, to, anchor } = options;
  const zone = schedule.timeZone;
  const start = DateTime.fromMillis(anchor, { zone });
  const names = (local: DateTime) => matches(schedule, local, start);
  const isSteady = isSteadySchedule(schedule);
  const runs: number[] = [];
  const seen = new Set<number>();
  let previous = DateTime.fromMillis(from - MINUTE, { zone });
  for (let at = from; at < to; at += MINUTE) {
    const local = DateTime.fromMillis(at, { zone });
    const label = at + local.offset * MINUTE;
    const isRepeated = seen.has(label);
    seen.add(label);
    const isCalled = names(local) && (isSteady || !isRepeated);
    if (isCalled || (!isSteady && missingMinutes(previous, local).some(names))) runs.push(at);
    previous = local;
  }
  return runs;
}

/** The minutes that the clocks left out between two real minutes. */
function missingMinutes(before: DateTime, after: DateTime): DateTime[] {
  const skipped = after.offset - before.offset;
  const next = before.setZone('utc', { keepLocalTime: true });
  return Array.from({ length: Math.max(0, skipped) }, (_, index) => next.plus({ minutes: index + 1 }));
}

/** A schedule that runs in every hour, or counts real time, ignores changes of clocks. */
function isSteadySchedule(schedule: Planned): boolean {
  if (schedule.kind === 'minutes') return 60 % schedule.every === 0 || !isEven(schedule.every / 60);
  if (schedule.kind !== 'hours') return false;
  if (schedule.hours !== undefined) return new Set(schedule.hours).size === 24;
  return schedule.every === 1 || !isEven(schedule.every);
}

const isEven = (hours: number) => Number.isInteger(hours) && 24 % hours === 0;

function matches(schedule: Planned, local: DateTime, anchor: DateTime): boolean {
  if (schedule.kind === 'minutes') return matchesStep(schedule.every, local, anchor.startOf('minute'));
  if (schedule.kind === 'hours') {
    if (schedule.hours !== undefined) {
      return local.minute === schedule.minute && schedule.hours.includes(local.hour);
    }
    if (24 % schedule.every === 0) {
      return local.minute === schedule.minute && local.hour % schedule.every === 0;
    }
    const first = anchor.minus({
      minutes: anchor.minute,
      seconds: anchor.second,
      milliseconds: anchor.millisecond,
    });
    const elapsed = (local.toMillis() - first.toMillis()) / MINUTE - schedule.minute;
    return elapsed % (schedule.every * 60) === 0;
  }
  const [hour, minute] = schedule.time.split(':').map(Number);
  return local.hour === hour && local.minute === minute && matchesDay(schedule, local, anchor);
}

function matchesStep(every: number, local: DateTime, first: DateTime): boolean {
  if (60 % every === 0) return local.minute % every === 0;
  const sinceMidnight = local.hour * 60 + local.minute;
  if (every % 60 === 0 && 24 % (every / 60) === 0) return sinceMidnight % every === 0;
  return ((local.toMillis() - first.toMillis()) / MINUTE) % every === 0;
}

/** Dates without times and zones, so that a day is always a day. */
const dateOf = (local: DateTime) => DateTime.utc(local.year, local.month, local.day);

function matchesDay(
  schedule: Extract<Planned, { time: string }>,
  local: DateTime,
  anchor: DateTime,
): boolean {
  const [date, first] = [dateOf(local), dateOf(anchor)];
  switch (schedule.kind) {
    case 'days':
      if (schedule.onlyWeekdays && date.weekday > 5) return false;
      return date.diff(first, 'days').days % schedule.every === 0;
    case 'weeks': {
      const weeks = date.startOf('week').diff(first.startOf('week'), 'weeks').weeks;
      const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
      return weeks % schedule.every === 0 && schedule.weekdays.some((day) => day === names[date.weekday - 1]);
    }
    case 'months': {
      const months = (date.year - first.year) * 12 + date.month - first.month;
      return months % schedule.every === 0 && matchesMonthDay(schedule.on, date);
    }
    case 'years':
      return (
        (date.year - first.year) % schedule.every === 0 &&
        date.month === schedule.month &&
        matchesMonthDay(schedule.on, date)
      );
  }
}

export function matchesMonthDay(on: MonthDay, date: DateTime): boolean {
  const last = date.endOf('month').startOf('day');
  switch (on.kind) {
    case 'day':
      return date.day === on.day;
    case 'last_day':
      return date.hasSame(last, 'day');
    case 'last_working_day': {
      let working = last;
      while (working.weekday > 5) working = working.minus({ days: 1 });
      return date.hasSame(working, 'day');
    }
    case 'weekday': {
      if (date.setLocale('en').weekdayLong?.toLowerCase() !== on.weekday) return false;
      if (on.nth === 'last') return date.plus({ days: 7 }).month !== date.month;
      return ['first', 'second', 'third', 'fourth'].indexOf(on.nth) === Math.floor((date.day - 1) / 7);
    }
  }
}
