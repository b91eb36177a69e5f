import { type MonthDay, type Schedule, WEEKDAYS } from '@inlet/contracts';
import fc from 'fast-check';
import { ZONES } from './zones.js';

const hour = fc.integer({ min: 0, max: 23 });
const minute = fc.integer({ min: 0, max: 59 });
/** Mostly times of the night, at which clocks change. */
const time = fc
  .tuple(fc.oneof(hour, fc.constantFrom(0, 1, 2, 3)), fc.oneof(minute, fc.constantFrom(0, 30)))
  .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
const weekday = fc.constantFrom(...WEEKDAYS);
const timeZone = fc.constantFrom(...ZONES);
const from1 = (max: number) => fc.integer({ min: 1, max });

export const arbitraryMonthDay: fc.Arbitrary<MonthDay> = fc.oneof(
  fc.record({ kind: fc.constant('day' as const), day: fc.oneof(from1(31), fc.constantFrom(29, 30, 31)) }),
  fc.record({ kind: fc.constant('last_day' as const) }),
  fc.record({ kind: fc.constant('last_working_day' as const) }),
  fc.record({
    kind: fc.constant('weekday' as const),
    nth: fc.constantFrom('first' as const, 'second', 'third', 'fourth', 'last'),
    weekday,
  }),
);

export const arbitraryTimes: fc.Arbitrary<Exclude<Schedule, { kind: 'cron' }>> = fc.oneof(
  fc.record({
    kind: fc.constant('minutes' as const),
    every: fc.oneof(from1(1440), fc.constantFrom(1, 5, 7, 15, 20, 45, 60, 90, 120, 360, 1440)),
    timeZone,
  }),
  fc.record({ kind: fc.constant('hours' as const), every: from1(48), minute, timeZone }),
  fc.record({
    kind: fc.constant('hours' as const),
    every: fc.constant(1),
    minute,
    hours: fc.oneof(
      fc.uniqueArray(hour, { minLength: 1, maxLength: 24 }),
      fc.constantFrom<number[]>([0, 1, 2, 3], [...Array(24).keys()]),
    ),
    timeZone,
  }),
);

export const arbitraryCalendar: fc.Arbitrary<Extract<Schedule, { time: string }>> = fc.oneof(
  fc.record({
    kind: fc.constant('days' as const),
    every: fc.oneof(fc.constant(1), from1(20)),
    onlyWeekdays: fc.boolean(),
    time,
    timeZone,
  }),
  fc.record({
    kind: fc.constant('weeks' as const),
    every: from1(5),
    weekdays: fc.uniqueArray(weekday, { minLength: 1, maxLength: 7 }),
    time,
    timeZone,
  }),
  fc.record({
    kind: fc.constant('months' as const),
    every: from1(14),
    on: arbitraryMonthDay,
    time,
    timeZone,
  }),
  fc.record({
    kind: fc.constant('years' as const),
    every: from1(5),
    month: from1(12),
    on: arbitraryMonthDay,
    time,
    timeZone,
  }),
);

export const arbitraryCron: fc.Arbitrary<Extract<Schedule, { kind: 'cron' }>> = fc
  .record({
    minute: fc.constantFrom('0', '30', '*', '*/15', '*/7', '5-20/5', '1,31,59'),
    hour: fc.constantFrom('*', '0', '2', '3', '0-23', '*/1', '*/2', '*/5', '1,2,3', '9-17', '22,23'),
    day: fc.constantFrom('*', '*', '1', '15', '29-31', 'L', 'LW', '15W', '1W', '*/2', '?'),
    month: fc.constantFrom('*', '*', '2', '3,10', 'JAN-JUN', '*/3'),
    weekday: fc.constantFrom('*', '*', '1-5', 'MON,wed', '0', '7', '5#2', '5L', 'FRI#1', '1#5'),
    timeZone,
  })
  .map(({ timeZone: zone, ...fields }) => ({
    kind: 'cron',
    expression: `${fields.minute} ${fields.hour} ${fields.day} ${fields.month} ${fields.weekday}`,
    timeZone: zone,
  }));

export const arbitrarySchedule: fc.Arbitrary<Schedule> = fc.oneof(
  arbitraryTimes,
  arbitraryCalendar,
  arbitraryCron,
);
