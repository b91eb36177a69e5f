import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { daysOfChange, ZONES } from '../test/zones.js';
import { instantsOf, openZone, runInstantOf } from './zone.js';

const DAY = 86_400_000;
const wallAt = (text: string) => Date.parse(`${text}Z`);
const iso = (instant: number) => new Date(instant).toISOString();

describe('the offset of a zone', () => {
  it('is the one that luxon knows, at any moment and around every change', () => {
    const changes = ZONES.flatMap((zone) =>
      daysOfChange(zone, [1995, 2011, 2018, 2026]).map((day) => [zone, day] as const),
    );
    const anywhere = fc.tuple(
      fc.constantFrom(...ZONES),
      fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2040, 0, 1) }),
    );
    fc.assert(
      fc.property(
        fc.oneof(anywhere, fc.constantFrom(...changes)),
        fc.integer({ min: 0, max: DAY }),
        ([name, start], distance) => {
          const instant = start + distance;
          const { offset } = DateTime.fromMillis(instant, { zone: name });
          expect(openZone(name).offsetAt(instant)).toBe(offset * 60_000);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is right before 1970 too, and to the second', () => {
    expect(openZone('Africa/Monrovia').offsetAt(Date.UTC(1960, 0, 1))).toBe(-(44 * 60 + 30) * 1000);
    expect(openZone('Europe/Berlin').offsetAt(Date.UTC(1950, 6, 1))).toBe(3_600_000);
  });
});

describe('a wall time', () => {
  const berlin = openZone('Europe/Berlin');

  it('has one instant on a usual day', () => {
    expect(instantsOf(berlin, wallAt('2026-07-01T09:00')).map(iso)).toEqual(['2026-07-01T07:00:00.000Z']);
  });

  it('has no instant when clocks are set forward over it, and runs at the change', () => {
    expect(instantsOf(berlin, wallAt('2026-03-29T02:30'))).toEqual([]);
    expect(iso(runInstantOf(berlin, wallAt('2026-03-29T02:30')))).toBe('2026-03-29T01:00:00.000Z');
    expect(iso(runInstantOf(berlin, wallAt('2026-03-29T02:00')))).toBe('2026-03-29T01:00:00.000Z');
    expect(iso(runInstantOf(berlin, wallAt('2026-03-29T03:00')))).toBe('2026-03-29T01:00:00.000Z');
    expect(iso(runInstantOf(berlin, wallAt('2026-03-29T01:59')))).toBe('2026-03-29T00:59:00.000Z');
  });

  it('has two instants when clocks are set back over it, and runs at the first', () => {
    expect(instantsOf(berlin, wallAt('2026-10-25T02:30')).map(iso)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
    expect(iso(runInstantOf(berlin, wallAt('2026-10-25T02:30')))).toBe('2026-10-25T00:30:00.000Z');
    expect(instantsOf(berlin, wallAt('2026-10-25T03:00')).map(iso)).toEqual(['2026-10-25T02:00:00.000Z']);
  });

  it('runs at the end of a day that was left out', () => {
    expect(iso(runInstantOf(openZone('Pacific/Apia'), wallAt('2011-12-30T09:00')))).toBe(
      '2011-12-30T10:00:00.000Z',
    );
  });
});
