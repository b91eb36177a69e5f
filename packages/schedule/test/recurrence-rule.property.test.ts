import type { MonthDay, Schedule, Weekday } from '@inlet/contracts';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { nextTimes } from '../src/index.js';
import { arbitraryCalendar } from './arbitrary-schedule.js';

type Calendar = Extract<Schedule, { time: string }>;

const COUNT = 15;
const YEARS = 40;
const WALL = "yyyy-MM-dd'T'HH:mm";
const twoLetters = (weekday: Weekday) => weekday.slice(0, 2).toUpperCase();
const WORKING_DAYS = 'MO,TU,WE,TH,FR';
const NTH = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

function monthDayRule(on: MonthDay): string {
  switch (on.kind) {
    case 'day':
      return `BYMONTHDAY=${on.day}`;
    case 'last_day':
      return 'BYMONTHDAY=-1';
    case 'last_working_day':
      return `BYDAY=${WORKING_DAYS};BYSETPOS=-1`;
    case 'weekday':
      return `BYDAY=${NTH[on.nth]}${twoLetters(on.weekday)}`;
  }
}

function ruleOf(schedule: Calendar): string {
  const { every } = schedule;
  switch (schedule.kind) {
    case 'days':
      return `FREQ=DAILY;INTERVAL=${every}${schedule.onlyWeekdays ? `;BYDAY=${WORKING_DAYS}` : ''}`;
    case 'weeks':
      return `FREQ=WEEKLY;INTERVAL=${every};WKST=MO;BYDAY=${schedule.weekdays.map(twoLetters).join()}`;
    case 'months':
      return `FREQ=MONTHLY;INTERVAL=${every};${monthDayRule(schedule.on)}`;
    case 'years':
      return `FREQ=YEARLY;INTERVAL=${every};BYMONTH=${schedule.month};${monthDayRule(schedule.on)}`;
  }
}

const isoOf = (moment: DateTime) => moment.toJSDate().toISOString();

/** Compared by what clocks show, since the polyfill of Temporal misses the changes during Ramadan. */
function expectedWalls(schedule: Calendar, first: DateTime): string[] {
  const last = first.plus({ years: YEARS }).toFormat(WALL);
  const rule = new RRuleTemporal({
    rruleString: `DTSTART;TZID=${schedule.timeZone}:${first.toFormat("yyyyMMdd'T'HHmmss")}\nRRULE:${ruleOf(schedule)};BYHOUR=12;BYMINUTE=34;BYSECOND=0`,
    temporal: Temporal,
    // Forty years of a rule that few days fulfil take more steps than the default allows.
    maxIterations: 1_000_000,
  });
  const walls: string[] = [];
  rule.all((date, index) => {
    const wall = date.toPlainDateTime().toString({ smallestUnit: 'minute' });
    if (wall > last || index >= COUNT) return false;
    walls.push(wall);
    return true;
  });
  return walls;
}

describe('the days of a schedule', () => {
  it('are those of the RFC 5545 rule, for the first times of each, in every zone', () => {
    fc.assert(
      fc.property(
        arbitraryCalendar,
        fc.date({ min: new Date('2012-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (planned, start) => {
          // Clocks do not change at noon; other tests cover their changes by the minute.
          const schedule = { ...planned, time: '12:34' };
          const first = DateTime.fromJSDate(start, { zone: schedule.timeZone }).startOf('day');
          const times = nextTimes(
            { ...schedule, startsAt: isoOf(first), endsAt: isoOf(first.plus({ years: YEARS })) },
            { after: new Date(0), anchor: start, count: COUNT },
          );
          const walls = times.map((time) =>
            DateTime.fromJSDate(time, { zone: schedule.timeZone }).toFormat(WALL),
          );
          expect(walls).toEqual(isPossible(schedule, first.month) ? expectedWalls(schedule, first) : []);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** A rule without any date would be searched for a long time. */
function isPossible(schedule: Calendar, firstMonth: number): boolean {
  if (schedule.kind !== 'years' && schedule.kind !== 'months') return true;
  if (schedule.on.kind !== 'day' || (schedule.kind === 'months' && schedule.every % 12 !== 0)) return true;
  const month = schedule.kind === 'years' ? schedule.month : firstMonth;
  return schedule.on.day <= [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}
