import { type Schedule, scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { newScheduleForm, toSchedule, toScheduleForm } from './schedule-form.js';
import { momentOfWall, wallOfMoment } from './wall-time.js';

const form = newScheduleForm('Europe/Berlin');
const zone = { timeZone: 'Europe/Berlin' };

describe('the schedule as fields', () => {
  const schedules: Schedule[] = [
    { kind: 'minutes', every: 15, ...zone },
    { kind: 'hours', every: 6, minute: 30, ...zone },
    { kind: 'hours', every: 1, minute: 0, hours: [9, 17], ...zone },
    { kind: 'days', every: 2, onlyWeekdays: true, time: '06:15', ...zone },
    { kind: 'weeks', every: 2, weekdays: ['monday', 'friday'], time: '09:00', ...zone },
    {
      kind: 'months',
      every: 3,
      on: { kind: 'weekday', nth: 'last', weekday: 'friday' },
      time: '18:00',
      ...zone,
    },
    { kind: 'years', every: 1, month: 2, on: { kind: 'last_day' }, time: '00:00', ...zone },
    { kind: 'cron', expression: '0 9 * * 1-5', ...zone },
    {
      kind: 'days',
      every: 1,
      onlyWeekdays: false,
      time: '09:00',
      ...zone,
      startsAt: '2026-07-01T07:00:00.000Z',
      endsAt: '2026-12-31T22:00:00.000Z',
    },
  ];

  it.each(schedules)('converts to a form and back: $kind', (schedule) => {
    expect(toSchedule(toScheduleForm(schedule))).toEqual(schedule);
    expect(scheduleSchema.parse(schedule)).toEqual(schedule);
  });

  it('is incomplete without a number, a weekday, a time or an expression', () => {
    expect(toSchedule({ ...form, every: Number.NaN })).toBeNull();
    expect(toSchedule({ ...form, every: 367 })).toBeNull();
    expect(toSchedule({ ...form, kind: 'weeks', weekdays: [] })).toBeNull();
    expect(toSchedule({ ...form, time: '' })).toBeNull();
    expect(toSchedule({ ...form, startsAt: '2026-12-01T' })).toBeNull();
    expect(toSchedule({ ...form, endsAt: 'T09:00' })).toBeNull();
    expect(toSchedule({ ...form, kind: 'cron', expression: ' ' })).toBeNull();
  });

  it('keeps the fields of other kinds', () => {
    const weeks = { ...form, kind: 'weeks' as const, weekdays: ['sunday' as const] };
    expect(toSchedule({ ...weeks, kind: 'months' })).toMatchObject({
      kind: 'months',
      on: { kind: 'day', day: 1 },
    });
    expect(toSchedule(weeks)).toMatchObject({ weekdays: ['sunday'] });
  });
});

describe('wall-clock times', () => {
  it.each([
    ['2026-01-15T09:00', 'Europe/Berlin', '2026-01-15T08:00:00.000Z'],
    ['2026-07-15T09:00', 'Europe/Berlin', '2026-07-15T07:00:00.000Z'],
    ['2026-10-25T12:00', 'Europe/Berlin', '2026-10-25T11:00:00.000Z'],
    ['2026-03-08T03:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-05-05T00:00', 'Asia/Kathmandu', '2026-05-04T18:15:00.000Z'],
  ])('%s in %s is %s, and back', (wall, timeZone, moment) => {
    expect(momentOfWall(wall, timeZone)).toBe(moment);
    expect(wallOfMoment(moment, timeZone)).toBe(wall);
  });

  it('rejects text that is not a wall-clock time', () => {
    expect(momentOfWall('', 'UTC')).toBeNull();
  });
});
