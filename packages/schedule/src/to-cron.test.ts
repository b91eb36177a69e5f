import { type ScheduleInput, scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { toCron } from './to-cron.js';

const at = { time: '09:05' };
const firstMonday = { kind: 'weekday', nth: 'first', weekday: 'monday' } as const;
const lastSunday = { kind: 'weekday', nth: 'last', weekday: 'sunday' } as const;

describe('the cron expression of a schedule', () => {
  const exact: [string, ScheduleInput][] = [
    ['* * * * *', { kind: 'minutes', every: 1 }],
    ['*/15 * * * *', { kind: 'minutes', every: 15 }],
    ['0 * * * *', { kind: 'minutes', every: 60 }],
    ['0 */2 * * *', { kind: 'minutes', every: 120 }],
    ['0 0 * * *', { kind: 'minutes', every: 1440 }],
    ['30 * * * *', { kind: 'hours', minute: 30 }],
    ['30 */6 * * *', { kind: 'hours', every: 6, minute: 30 }],
    ['0 0 * * *', { kind: 'hours', every: 24 }],
    ['5 2,9,17 * * *', { kind: 'hours', hours: [17, 2, 9], minute: 5 }],
    ['5 9 * * *', { kind: 'days', ...at }],
    ['5 9 * * 1-5', { kind: 'days', onlyWeekdays: true, ...at }],
    ['5 9 * * 1,4,0', { kind: 'weeks', weekdays: ['sunday', 'thursday', 'monday'], ...at }],
    ['5 9 31 * *', { kind: 'months', on: { kind: 'day', day: 31 }, ...at }],
    ['5 9 L * *', { kind: 'months', on: { kind: 'last_day' }, ...at }],
    ['5 9 LW * *', { kind: 'months', on: { kind: 'last_working_day' }, ...at }],
    ['5 9 * * 1#1', { kind: 'months', on: firstMonday, ...at }],
    ['5 9 * * 0L', { kind: 'months', on: lastSunday, ...at }],
    ['5 9 29 2 *', { kind: 'years', month: 2, on: { kind: 'day', day: 29 }, ...at }],
    ['5 9 * 11 1#1', { kind: 'years', month: 11, on: firstMonday, ...at }],
    ['0 9 * * MON', { kind: 'cron', expression: ' 0  9 * * MON ' }],
    ['0 0 * * 0', { kind: 'cron', expression: '@weekly' }],
  ];

  it.each(exact)('is %s for %j', (expression, schedule) => {
    expect(toCron(scheduleSchema.parse(schedule))).toBe(expression);
  });

  const none: [ScheduleInput][] = [
    [{ kind: 'minutes', every: 7 }],
    [{ kind: 'minutes', every: 45 }],
    [{ kind: 'minutes', every: 90 }],
    [{ kind: 'hours', every: 5 }],
    [{ kind: 'hours', every: 48 }],
    [{ kind: 'days', every: 2, ...at }],
    [{ kind: 'days', every: 2, onlyWeekdays: true, ...at }],
    [{ kind: 'weeks', every: 2, weekdays: ['monday'], ...at }],
    [{ kind: 'months', every: 5, on: { kind: 'last_day' }, ...at, startsAt: '2026-01-01T00:00:00Z' }],
    [{ kind: 'years', every: 2, month: 1, on: { kind: 'last_day' }, ...at }],
  ];

  it.each(none)('does not exist for %j', (schedule) => {
    expect(toCron(scheduleSchema.parse(schedule))).toBeNull();
  });

  it('exists for months that divide the year if their first month is known', () => {
    const quarterly = { kind: 'months', every: 3, on: { kind: 'day', day: 1 }, ...at } as const;
    expect(toCron(scheduleSchema.parse(quarterly))).toBeNull();
    // It is February already in Auckland.
    const started = { ...quarterly, timeZone: 'Pacific/Auckland', startsAt: '2026-01-31T23:00:00Z' };
    expect(toCron(scheduleSchema.parse(started))).toBe('5 9 1 2,5,8,11 *');
  });
});
