import { schedulePreviewSchema, scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { previewSchedule } from './preview-schedule.js';

const now = new Date('2026-03-28T00:00:00Z');

describe('the preview of a schedule', () => {
  it('shows words, cron, and the next times in UTC and on the clocks of the zone', () => {
    const schedule = scheduleSchema.parse({ kind: 'days', time: '02:30', timeZone: 'europe/berlin' });
    const preview = previewSchedule(schedule, { now, count: 3 });
    expect(preview).toEqual({
      text: 'Every day at 02:30, Berlin time',
      cron: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      next: [
        { at: '2026-03-28T01:30:00.000Z', local: '2026-03-28T02:30:00+01:00' },
        { at: '2026-03-29T01:00:00.000Z', local: '2026-03-29T03:00:00+02:00' },
        { at: '2026-03-30T00:30:00.000Z', local: '2026-03-30T02:30:00+02:00' },
      ],
    });
    expect(schedulePreviewSchema.parse(preview)).toEqual(preview);
  });

  it('counts "every N" from now without a start, and has no cron expression without an exact one', () => {
    const schedule = scheduleSchema.parse({ kind: 'minutes', every: 7, timeZone: 'America/St_Johns' });
    const preview = previewSchedule(schedule, { now, count: 2, locale: 'de' });
    expect(preview).toEqual({
      text: 'Alle 7 Minuten, Zeit in St Johns',
      cron: null,
      timeZone: 'America/St_Johns',
      next: [
        { at: '2026-03-28T00:07:00.000Z', local: '2026-03-27T21:37:00-02:30' },
        { at: '2026-03-28T00:14:00.000Z', local: '2026-03-27T21:44:00-02:30' },
      ],
    });
  });

  it('is shorter when the schedule ends', () => {
    const schedule = scheduleSchema.parse({ kind: 'hours', endsAt: '2026-03-28T01:30:00Z' });
    expect(previewSchedule(schedule, { now, count: 5 }).next).toEqual([
      { at: '2026-03-28T01:00:00.000Z', local: '2026-03-28T01:00:00+00:00' },
    ]);
  });
});
