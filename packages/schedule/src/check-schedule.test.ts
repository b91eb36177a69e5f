import { InletError, type ScheduleInput, scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { checkSchedule } from './check-schedule.js';

const NOW = new Date('2026-03-20T10:20:30Z');

/** Code and detail of the refusal, or null. */
function check(input: ScheduleInput, minIntervalMinutes = 1) {
  try {
    checkSchedule(scheduleSchema.parse(input), { now: NOW, minIntervalMinutes });
    return null;
  } catch (error) {
    if (error instanceof InletError) return { code: error.code, detail: error.detail };
    throw error;
  }
}

const cron = (expression: string): ScheduleInput => ({ kind: 'cron', expression });

describe('a cron expression', () => {
  it.each([
    '* * * * *',
    '0 9 * * MON-FRI',
    '0 9 * jan,FEB *',
    '0 9 ? * 1',
    '0 9 * * 7',
    '1-5/2 0-23/4 * * *',
    '0 9 L * *',
    '0 9 LW * *',
    '0 9 15W * *',
    '0 9 1,L * *',
    '0 9 * * 5#2',
    '0 9 * * FRIL',
    '@daily',
    '@Midnight',
    '0  9  *  *  *',
  ])('%s is accepted', (expression) => {
    expect(check(cron(expression))).toBeNull();
  });

  it.each([
    [
      '0 0 0 * * *',
      'This has six fields, as Quartz and Spring write them; leave out the seconds: "0 0 * * *".',
    ],
    ['0 0 0 * * nonsense', 'It has 6 fields; it needs five.'],
    ['0 9 * *', 'It has 4 fields; it needs five.'],
    ['2030-01-01T00:00:00', 'It has one field; it needs five.'],
    [
      '@reboot',
      '"@reboot" is not known; use @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly or five fields.',
    ],
    ['0 9 1 * +MON', 'The day of week field, "+MON", cannot be read: "+MON" is not a value from 0 to 7.'],
    ['60 * * * *', 'The minute field, "60", cannot be read: "60" is not a value from 0 to 59.'],
    ['0 22-2 * * *', 'The hour field, "22-2", cannot be read: the range "22-2" runs backwards.'],
    ['5/15 * * * *', 'The minute field, "5/15", cannot be read: a step needs a range; write "5-59/15".'],
    ['*/90 * * * *', 'The minute field, "*/90", cannot be read: the step "90" is not a number from 1 to 60.'],
    ['0 9 1,,2 * *', 'The day of month field, "1,,2", cannot be read: a value is missing.'],
    ['H * * * *', 'The minute field, "H", cannot be read: "H" is not a value from 0 to 59.'],
  ])('%s is refused and the field is named', (expression, detail) => {
    expect(check(cron(expression))).toEqual({ code: 'schedule_cron_invalid', detail });
  });

  it.each([
    '*/0 * * * *',
    '0 24 * * *',
    '1, * * * *',
    '*/5/2 * * * *',
    '-5 * * * *',
    '1-2-3 * * * *',
    '? 9 * * *',
  ])('%s is refused', (expression) => {
    expect(check(cron(expression))?.code).toBe('schedule_cron_invalid');
  });

  it.each([
    '0 9 0 * *',
    '0 9 32 * *',
    '0 9 * 13 *',
    '0 9 * * 8',
    '0 9 * * 1#6',
    '0 9 * * L',
    '0 9 L-3 * *',
    'a b c d e',
  ])('%s is refused too', (expression) => {
    expect(check(cron(expression))?.code).toBe('schedule_cron_invalid');
  });

  it('that is empty is refused, even if nobody looked at it before', () => {
    const schedule = { kind: 'cron', expression: '', timeZone: 'UTC' } as const;
    expect(() => checkSchedule(schedule, { now: NOW, minIntervalMinutes: 1 })).toThrow(
      expect.objectContaining({
        code: 'schedule_cron_invalid',
        detail: 'It has 0 fields; it needs five.',
      }),
    );
  });

  it.each(['0 0 30 2 *', '0 0 31 4 *', '0 0 31 2,4,6,9,11 *', '0 0 30W 2 *'])(
    '%s names dates that no calendar has',
    (expression) => {
      expect(check(cron(expression))).toEqual({
        code: 'schedule_never',
        detail: 'None of its days is in the calendar.',
      });
    },
  );
});

describe('a schedule', () => {
  it('needs a time zone that exists', () => {
    expect(check({ kind: 'minutes', timeZone: 'Mars/Olympus' })?.code).toBe('schedule_zone_unknown');
    expect(check({ kind: 'minutes', timeZone: '+02:00' })?.code).toBe('schedule_zone_unknown');
    expect(check({ kind: 'minutes', timeZone: 'europe/berlin' })).toBeNull();
  });

  it('must not end before it starts', () => {
    const bounds = { startsAt: '2026-05-01T00:00:00+02:00', endsAt: '2026-04-30T21:59:59Z' };
    expect(check({ kind: 'days', time: '09:00', ...bounds })).toEqual({
      code: 'schedule_end_before_start',
      detail: 'It ends at 2026-04-30T21:59:59Z, and starts at 2026-05-01T00:00:00+02:00.',
    });
  });

  it('must not end before its first run', () => {
    expect(check({ kind: 'days', time: '09:00', endsAt: '2026-03-21T08:59:00Z' })).toEqual({
      code: 'schedule_never',
      detail: 'It ends at 2026-03-21T08:59:00Z, and its first run would be at 2026-03-21T09:00:00.000Z.',
    });
    expect(check({ kind: 'days', time: '09:00', endsAt: '2026-03-21T09:00:00Z' })).toBeNull();
  });

  it('must have days that its counting meets', () => {
    // 21 March 2026 is a Saturday, and so is every seventh day from it.
    const weekly = { kind: 'days', every: 7, onlyWeekdays: true, time: '09:00' } as const;
    expect(check({ ...weekly, startsAt: '2026-03-21T00:00:00Z' })?.code).toBe('schedule_never');
    expect(check({ ...weekly, startsAt: '2026-03-20T00:00:00Z' })).toBeNull();
    expect(check({ kind: 'years', month: 2, on: { kind: 'day', day: 30 }, time: '09:00' })?.code).toBe(
      'schedule_never',
    );
    expect(
      check({
        kind: 'months',
        every: 12,
        on: { kind: 'day', day: 31 },
        time: '09:00',
        startsAt: '2026-04-01T00:00:00Z',
      })?.code,
    ).toBe('schedule_never');
  });
});

describe('the minimum interval', () => {
  const at = { time: '09:00' };
  const gaps: [string, ScheduleInput, number][] = [
    ['every 7 minutes', { kind: 'minutes', every: 7 }, 7],
    ['every 5 hours', { kind: 'hours', every: 5 }, 300],
    ['chosen hours, over midnight', { kind: 'hours', hours: [1, 12, 23] }, 120],
    ['one chosen hour', { kind: 'hours', hours: [4] }, 1440],
    ['every day, also where a day has 23 hours', { kind: 'days', ...at, timeZone: 'Europe/Berlin' }, 1440],
    ['Sunday and Monday', { kind: 'weeks', weekdays: ['sunday', 'monday'], ...at }, 1440],
    [
      'Sunday and Monday of every second week',
      { kind: 'weeks', every: 2, weekdays: ['sunday', 'monday'], ...at },
      8640,
    ],
    ['the last day of a month', { kind: 'months', on: { kind: 'last_day' }, ...at }, 28 * 1440],
    [
      'every 4 months',
      { kind: 'months', every: 4, on: { kind: 'day', day: 1 }, ...at, startsAt: '2026-02-01T00:00:00Z' },
      120 * 1440,
    ],
    ['an uneven step', cron('*/7 * * * *'), 4],
    ['a step over the hour', cron('0,50 * * * *'), 10],
    ['two hours of one day', cron('0 9,10 1 1 *'), 60],
    ['late and early hours of adjacent days', cron('0 0,23 * * 1,2'), 60],
    ['late and early hours of days apart', cron('0 0,23 * * 1,3'), 1380],
    ['either of two day fields', cron('0 9 13 * 5'), 1440],
  ];

  it.each(gaps)('of %s is found exactly', (_, schedule, gap) => {
    expect(check(schedule, gap)).toBeNull();
    expect(check(schedule, gap + 1)).toEqual({
      code: 'schedule_interval_too_short',
      detail: `The minimum is ${gap + 1} minutes between two runs; here some are ${gap} minutes apart.`,
    });
  });

  it('does not concern a schedule that runs once a leap year', () => {
    expect(check(cron('0 9 29 2 *'), 1440 * 365)).toBeNull();
  });

  it('is told to programs too', () => {
    const schedule = scheduleSchema.parse({ kind: 'minutes', every: 5 });
    expect(() => checkSchedule(schedule, { now: NOW, minIntervalMinutes: 60 })).toThrow(
      expect.objectContaining({ extra: { minIntervalMinutes: 60, smallestGapMinutes: 5 } }),
    );
  });
});
