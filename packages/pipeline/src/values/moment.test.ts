import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentOfWallClock, wallClockMs } from './moment.js';
import { writeInstant } from './write-moment.js';

const instants = fc.date({
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

describe('calendar arithmetic', () => {
  it('writes every instant as Date does, and finds the way back', () => {
    fc.assert(
      fc.property(instants, (date) => {
        expect(writeInstant(date.getTime())).toBe(date.toISOString());
        expect(wallClockMs(momentOfWallClock(date.getTime()))).toBe(date.getTime());
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with Date on each day of four hundred years', () => {
    for (let day = Date.UTC(1900, 0, 1); day < Date.UTC(2300, 0, 1); day += 86_400_000) {
      const { year, month, day: date } = momentOfWallClock(day);
      if (Date.UTC(year, month - 1, date) !== day) throw new Error(`wrong day: ${year}-${month}-${date}`);
    }
    expect(writeInstant(Date.UTC(2300, 0, 1))).toBe('2300-01-01T00:00:00.000Z');
  });

  it('writes no instant outside the years 1 to 9999', () => {
    expect(writeInstant(Date.parse('9999-12-31T23:59:59.999Z') + 1)).toBeUndefined();
    expect(writeInstant(Date.parse('0001-01-01T00:00:00.000Z') - 1)).toBeUndefined();
  });
});
