import { isValidCron } from 'cron-validator';
import { Cron } from 'croner';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { nextTimes } from '../src/index.js';
import { normalizeCron } from '../src/parse-cron.js';
import { arbitraryCron } from './arbitrary-schedule.js';
import { ZONES } from './zones.js';

const instant = fc.date({ min: new Date('2012-01-01'), max: new Date('2032-01-01'), noInvalidDate: true });
const times = (expression: string, options: { timeZone: string; after: Date; count: number }) =>
  nextTimes({ kind: 'cron', expression, timeZone: options.timeZone }, { ...options, anchor: options.after });

describe('the next times of a cron expression', () => {
  it('are those of croner where clocks never change', () => {
    fc.assert(
      fc.property(arbitraryCron, instant, ({ expression }, after) => {
        // croner 11.0.0 loses 1 March after a leap day when both day fields are restricted.
        fc.pre(!hasBothDayFields(expression));
        const croner = new Cron(expression, { timezone: 'UTC', mode: '5-part', paused: true });
        expect(times(expression, { timeZone: 'UTC', after, count: 10 })).toEqual(croner.nextRuns(10, after));
      }),
      { numRuns: 200 },
    );
  });

  it('are those of croner through changes of clocks, for one time a day and for every hour', () => {
    const shared = fc.constantFrom(
      ...['0 0 * * *', '30 0 * * *', '30 1 * * *', '0 2 * * *', '30 2 * * *', '59 2 * * 0', '15 3 * * *'],
      ...['* * * * *', '*/15 * * * *', '0 * * * *', '30 * * * *', '*/7 0-23 * * *', '5,50 */1 * * 0'],
    );
    const zone = fc.constantFrom(...ZONES.filter((name) => name !== 'Pacific/Apia'));
    fc.assert(
      fc.property(shared, zone, instant, (expression, timeZone, near) => {
        const after = dayBeforeChange(timeZone, near);
        const croner = new Cron(expression, { timezone: timeZone, mode: '5-part', paused: true });
        const count = expression.includes('/') || expression.startsWith('* *') ? 400 : 50;
        expect(times(expression, { timeZone, after, count }).map(String)).toEqual(
          croner.nextRuns(count, after).map(String),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are on the days that the fields name, found by testing each day', () => {
    const day = fc.constantFrom('*', '1', '31', 'L', 'LW', '1W', '15W', '30W', '1,L', '10-12');
    const weekday = fc.constantFrom('*', '1', '5#2', '0L', 'MON#5', '6-7', '1,3');
    fc.assert(
      fc.property(day, weekday, instant, (days, weekdays, after) => {
        const from = DateTime.fromJSDate(after, { zone: 'utc' }).startOf('day').plus({ days: 1 });
        const all = Array.from({ length: 400 }, (_, index) => from.plus({ days: index }));
        const expected = all
          .filter((date) => matchesDay(date, days, weekdays))
          .map((date) => date.toISODate());
        const found = times(`0 0 ${days} * ${weekdays}`, { timeZone: 'UTC', after, count: 400 })
          .map((time) => time.toISOString().slice(0, 10))
          .filter((date) => date <= all.at(-1)!.toISODate()!);
        expect(found).toEqual(expected);
      }),
      { numRuns: 70 },
    );
  });
});

describe('a cron expression', () => {
  const part = fc.stringMatching(/^(?:\*|[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}|MON|jan)(?:\/[0-9]{1,2})?$/);
  const field = fc.oneof(
    part,
    fc.tuple(part, part).map((parts) => parts.join()),
    fc.constant('*'),
  );
  const plain = fc.tuple(field, field, field, field, field).map((fields) => fields.join(' '));

  it('of plain values is accepted only if cron-validator and croner accept it, and then always', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          plain,
          arbitraryCron.map(({ expression }) => expression),
        ),
        (expression) => {
          // croner counts seven weekdays; this parser counts 0 and 7, both Sunday, so it accepts a step of 8.
          fc.pre(!/\/0?8(,|$)/.test(expression.split(' ')[4] ?? ''));
          const isAccepted = isReadable(() => normalizeCron(expression));
          expect(isAccepted).toBe(isCron(expression));
          if (isAccepted) accepted += 1;
        },
      ),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

/**
 * Whether both libraries accept an expression. cron-validator does not know `L`, `W` and `#`; croner accepts the end of a
 * range that is above its field if no step reaches it, such as month 13 in `6-13/2`.
 */
function isCron(expression: string): boolean {
  const isOfCroner = isReadable(() => new Cron(expression, { mode: '5-part', paused: true }));
  const isSpecial = /[LW#]/i.test(expression.replace(/JUL/i, ''));
  const options = { alias: true, allowBlankDay: true, allowSevenAsSunday: true };
  return isOfCroner && (isSpecial || isValidCron(expression, options));
}

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function hasBothDayFields(expression: string): boolean {
  const [, , day, , weekday] = expression.split(' ');
  return !/^[*?]$/.test(day ?? '') && weekday !== '*';
}

/** Noon before the first change of clocks after an instant; the instant itself without a change within a year. */
function dayBeforeChange(zone: string, near: Date): Date {
  const from = DateTime.fromJSDate(near, { zone });
  const days = Array.from({ length: 366 }, (_, index) => from.plus({ days: index }));
  const change = days.find((day) => day.offset !== day.plus({ days: 1 }).offset);
  return (change ?? from).minus({ hours: 12 }).toJSDate();
}

function matchesDay(date: DateTime, days: string, weekdays: string): boolean {
  const onDay = days.split(',').some((part) => matchesMonthDay(date, part));
  const onWeekday = weekdays.split(',').some((part) => matchesWeekday(date, part));
  if (days === '*' || weekdays === '*') return onDay && onWeekday;
  return onDay || onWeekday;
}

function matchesMonthDay(date: DateTime, part: string): boolean {
  const last = date.endOf('month').startOf('day');
  if (part === '*') return true;
  if (part === 'L') return date.day === last.day;
  if (part === 'LW') return date.day === nearestWorkingDay(last).day;
  if (part.endsWith('W')) {
    const named = Number(part.slice(0, -1));
    return named <= last.day && date.day === nearestWorkingDay(date.set({ day: named })).day;
  }
  const [from = 0, to = from] = part.split('-').map(Number);
  return date.day >= from && date.day <= to;
}

/** The nearest working day (Monday to Friday) in the same month. */
function nearestWorkingDay(date: DateTime): DateTime {
  const distances = [0, -1, 1, -2, 2].map((days) => date.plus({ days }));
  return distances.find((near) => near.month === date.month && near.weekday <= 5) ?? date;
}

function matchesWeekday(date: DateTime, part: string): boolean {
  if (part === '*') return true;
  const number = (text: string) => (text === 'MON' ? 1 : Number(text) % 7);
  const today = date.weekday % 7;
  if (part.includes('#')) {
    const [weekday = '', nth] = part.split('#');
    return today === number(weekday) && Math.ceil(date.day / 7) === Number(nth);
  }
  if (part.endsWith('L'))
    return today === number(part.slice(0, -1)) && date.plus({ days: 7 }).month !== date.month;
  const [from = 0, to = from] = part.split('-').map(Number);
  return (today >= from && today <= to) || (to === 7 && today === 0);
}
