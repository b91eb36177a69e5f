import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallClockMs } from './moment.js';
import { isTimeZone, openTimeZone } from './time-zone.js';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
];

/** The wall clock of a zone as Intl shows it. */
const shown = (zone: string, instantMs: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    instantMs,
  );

const minutes = fc
  .integer({ min: Date.UTC(1970, 0, 1) / 60_000, max: Date.UTC(2037, 11, 31) / 60_000 })
  .map((minute) => minute * 60_000);

describe('a time zone', () => {
  it('shows the clock that Intl shows, at any instant', () => {
    const open = new Map(ZONES.map((zone) => [zone, openTimeZone(zone)]));
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minutes, (zone, instantMs) => {
        const moment = open.get(zone)?.toMoment(instantMs);
        const text = moment && new Date(wallClockMs(moment)).toISOString().slice(0, 19).replace('T', ' ');
        expect(text).toBe(shown(zone, instantMs));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(ZONES)(
    'finds, around each clock change of %s, the first instant that shows a wall clock',
    (name) => {
      const zone = openTimeZone(name);
      for (let hour = Date.UTC(2024, 0, 1); hour < Date.UTC(2025, 0, 1); hour += 3_600_000) {
        const { time: before } = zone.toMoment(hour);
        const { time: after } = zone.toMoment(hour + 3_600_000);
        if (before?.offsetMinutes === after?.offsetMinutes) continue;
        for (let instantMs = hour - 7_200_000; instantMs < hour + 10_800_000; instantMs += 900_000) {
          const moment = zone.toMoment(instantMs);
          const { time, ...day } = moment;
          const { offsetMinutes: _, ...clock } = time ?? { hour: 0, minute: 0, second: 0, millisecond: 0 };
          const found = zone.toInstant({ ...day, time: clock });
          expect(shown(name, found)).toBe(shown(name, instantMs));
          expect(found).toBeLessThanOrEqual(instantMs);
          expect(zone.toInstant(moment)).toBe(instantMs);
        }
      }
    },
  );

  it('moves a skipped local time forward by the gap, half hours and whole days too', () => {
    const at = (name: string, day: [number, number, number], hour: number, minute: number) => {
      const [year, month, date] = day;
      const time = { hour, minute, second: 0, millisecond: 0 };
      return new Date(openTimeZone(name).toInstant({ year, month, day: date, time })).toISOString();
    };
    expect(at('America/New_York', [2025, 3, 9], 2, 30)).toBe('2025-03-09T07:30:00.000Z');
    expect(at('Australia/Lord_Howe', [2025, 10, 5], 2, 15)).toBe('2025-10-04T15:45:00.000Z');
    expect(at('Pacific/Apia', [2011, 12, 30], 12, 0)).toBe('2011-12-30T22:00:00.000Z');
  });

  it('is known by its IANA name', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });
});
