import { type ScheduleInput, scheduleSchema } from '@inlet/contracts';
import './cron-locales.js';
import { describe, expect, it } from 'vitest';
import { describeSchedule } from './describe-schedule.js';
import { SCHEDULE_LOCALES } from './locales/texts-for.js';

const inWords = (input: ScheduleInput, locale?: string) =>
  describeSchedule(scheduleSchema.parse(input), locale === undefined ? {} : { locale });

const berlin = { timeZone: 'Europe/Berlin' };
const at = { time: '09:00', ...berlin };
const cron = (expression: string): ScheduleInput => ({ kind: 'cron', expression, ...berlin });

const ENGLISH: [ScheduleInput, string][] = [
  [{ kind: 'minutes', every: 1 }, 'Every minute, UTC'],
  [{ kind: 'minutes', every: 15 }, 'Every 15 minutes, UTC'],
  [{ kind: 'minutes', every: 60 }, 'Every hour, UTC'],
  [{ kind: 'minutes', every: 90 }, 'Every 90 minutes, UTC'],
  [{ kind: 'minutes', every: 1440, ...berlin }, 'Every day at 00:00, Berlin time'],
  [{ kind: 'hours' }, 'Every hour, UTC'],
  [{ kind: 'hours', minute: 5 }, 'Every hour at minute 5, UTC'],
  [{ kind: 'hours', every: 5, minute: 30 }, 'Every 5 hours at minute 30, UTC'],
  [{ kind: 'hours', every: 12, minute: 30 }, 'Every day at 00:30 and 12:30, UTC'],
  [{ kind: 'hours', hours: [17, 9, 12], ...berlin }, 'Every day at 09:00, 12:00 and 17:00, Berlin time'],
  [{ kind: 'days', ...at }, 'Every day at 09:00, Berlin time'],
  [{ kind: 'days', every: 3, ...at }, 'Every 3 days at 09:00, Berlin time'],
  [{ kind: 'days', onlyWeekdays: true, ...at }, 'Every weekday at 09:00, Berlin time'],
  [
    { kind: 'days', every: 3, onlyWeekdays: true, ...at },
    'Every 3 days at 09:00, but not on Saturday or Sunday, Berlin time',
  ],
  [
    { kind: 'weeks', weekdays: ['thursday', 'monday'], ...at },
    'Every Monday and Thursday at 09:00, Berlin time',
  ],
  [{ kind: 'weeks', every: 2, weekdays: ['monday'], ...at }, 'Every 2 weeks on Monday at 09:00, Berlin time'],
  [
    { kind: 'weeks', weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], ...at },
    'Every weekday at 09:00, Berlin time',
  ],
  [{ kind: 'months', on: { kind: 'day', day: 31 }, ...at }, 'Every month on day 31 at 09:00, Berlin time'],
  [
    { kind: 'months', every: 2, on: { kind: 'weekday', nth: 'first', weekday: 'monday' }, ...at },
    'Every 2 months on the first Monday at 09:00, Berlin time',
  ],
  [{ kind: 'months', on: { kind: 'last_day' }, ...at }, 'Every month on the last day at 09:00, Berlin time'],
  [
    { kind: 'months', on: { kind: 'last_working_day' }, ...at },
    'Every month on the last working day at 09:00, Berlin time',
  ],
  [
    { kind: 'years', month: 2, on: { kind: 'day', day: 29 }, ...at },
    'Every year on 29 February at 09:00, Berlin time',
  ],
  [
    {
      kind: 'years',
      every: 2,
      month: 11,
      on: { kind: 'weekday', nth: 'fourth', weekday: 'thursday' },
      ...at,
    },
    'Every 2 years on the fourth Thursday of November at 09:00, Berlin time',
  ],
  [cron('30 2 * * *'), 'Every day at 02:30, Berlin time'],
  [cron('@hourly'), 'Every hour, Berlin time'],
  [cron('0 9 * * 5L'), 'At 09:00, on the last Friday of the month, Berlin time'],
  [cron('0 9 15W * *'), 'At 09:00, on the weekday nearest day 15 of the month, Berlin time'],
  [cron('0 9 1W,15W * *'), 'Cron 0 9 1W,15W * *, Berlin time'],
];

describe('a schedule in words', () => {
  it.each(ENGLISH)('%j', (schedule, text) => {
    expect(inWords(schedule)).toBe(text);
  });

  it('lists the values of a cron step that restarts, because it is not "every N"', () => {
    expect(inWords(cron('*/25 * * * *'))).toBe('At 0, 25, and 50 minutes past the hour, Berlin time');
    expect(inWords(cron('0 9 */10 * *'))).toBe(
      'At 09:00, on day 1, 11, 21, and 31 of the month, Berlin time',
    );
    expect(inWords(cron('*/20 * * * *'))).toBe('Every 20 minutes, Berlin time');
  });

  it('names the city, or the zone without a city', () => {
    const inZone = (timeZone: string) => inWords({ kind: 'hours', timeZone });
    expect(inZone('America/Argentina/Buenos_Aires')).toBe('Every hour, Buenos Aires time');
    expect(inZone('Etc/GMT+5')).toBe('Every hour, Etc/GMT+5');
    expect(inZone('Etc/UTC')).toBe('Every hour, UTC');
    expect(inZone('CET')).toBe('Every hour, CET');
  });

  it('names the start and the end on the calendar of the zone', () => {
    const bounds = { startsAt: '2026-03-31T22:00:00Z', endsAt: '2026-12-31T23:59:59+01:00' };
    expect(inWords({ kind: 'hours', ...berlin, ...bounds })).toBe(
      'Every hour, Berlin time, from 1 April 2026, until 31 December 2026',
    );
    expect(inWords({ kind: 'hours', ...berlin, startsAt: '2026-04-01T06:15:00Z' })).toBe(
      'Every hour, Berlin time, from 1 April 2026 08:15',
    );
  });
});

describe('other languages', () => {
  const biweekly: ScheduleInput = { kind: 'weeks', every: 2, weekdays: ['monday'], ...at };

  it.each([
    ['de', 'Alle 2 Wochen am Montag um 09:00 Uhr, Zeit in Berlin'],
    ['de-AT', 'Alle 2 Wochen am Montag um 09:00 Uhr, Zeit in Berlin'],
    ['fr', 'Toutes les 2 semaines : lundi à 09:00, heure de Berlin'],
    ['es', 'Cada 2 semanas, lunes, a las 09:00, hora de Berlin'],
    ['pt-BR', 'A cada 2 semanas, segunda-feira, às 09:00, horário de Berlin'],
    ['ja', '2週間ごと 月曜日 09:00（Berlin 時間）'],
    ['ar', 'كل أسبوعين: الاثنين الساعة 09:00، بتوقيت Berlin'],
    ['tlh', 'Every 2 weeks on Monday at 09:00, Berlin time'],
  ])('%s', (locale, text) => {
    expect(inWords(biweekly, locale)).toBe(text);
  });

  it('agree in gender if the language requires it', () => {
    const on = (weekday: 'monday' | 'sunday'): ScheduleInput => ({
      kind: 'months',
      on: { kind: 'weekday', nth: 'first', weekday },
      ...at,
    });
    expect(inWords(on('monday'), 'pt')).toBe(
      'Todo mês na primeira segunda-feira às 09:00, horário de Berlin',
    );
    expect(inWords(on('sunday'), 'pt')).toBe('Todo mês no primeiro domingo às 09:00, horário de Berlin');
  });

  it('follow the plural rules of the language', () => {
    expect(inWords({ kind: 'minutes', every: 2 }, 'ar')).toBe('كل دقيقتين، UTC');
    expect(inWords({ kind: 'minutes', every: 7 }, 'ar')).toBe('كل 7 دقائق، UTC');
    expect(inWords({ kind: 'minutes', every: 45 }, 'ar')).toBe('كل 45 دقيقة، UTC');
  });

  it('put cron expressions into words too, once their texts are imported', () => {
    expect(inWords(cron('0 9 * * 5L'), 'de')).toBe('Um 09:00, am letzten Freitag des Monats, Zeit in Berlin');
  });

  it('write times on the clock of the region, and with 24 hours without one', () => {
    const daily: ScheduleInput = { kind: 'days', time: '16:30', timeZone: 'Europe/Berlin' };
    const plain = (input: ScheduleInput, locale: string) => inWords(input, locale).replaceAll('\u202f', ' ');
    expect(plain(daily, 'en')).toBe('Every day at 16:30, Berlin time');
    expect(plain(daily, 'en-GB')).toBe('Every day at 16:30, Berlin time');
    expect(plain(daily, 'en-US')).toBe('Every day at 4:30 PM, Berlin time');
    expect(plain(daily, 'en_US')).toBe('Every day at 4:30 PM, Berlin time');
    expect(plain(daily, 'en-US-')).toBe('Every day at 16:30, Berlin time');
    expect(plain(cron('30 16 * * 5L'), 'en-US')).toMatch(/04:30 PM/);
  });

  it('fill every placeholder of every text', () => {
    for (const locale of SCHEDULE_LOCALES) {
      for (const [schedule] of ENGLISH) expect(inWords(schedule, locale)).not.toMatch(/[{}]|undefined/);
    }
  });
});
