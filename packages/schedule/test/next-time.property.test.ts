import { type Schedule, scheduleSchema } from '@inlet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countTicks, nextTime, nextTimes, toCron } from '../src/index.js';
import { arbitraryCalendar, arbitrarySchedule, arbitraryTimes } from './arbitrary-schedule.js';
import { runsByMinute } from './minute-oracle.js';
import { daysOfChange, ZONES } from './zones.js';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const CHANGES = new Map(ZONES.map((zone) => [zone, daysOfChange(zone, [2011, 2017, 2024, 2026])]));

const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2032, 0, 1) });
const changeOf = (zone: string, choice: number) => {
  const days = CHANGES.get(zone as (typeof ZONES)[number]) ?? [];
  return days.length === 0 ? Date.UTC(2026, 2, 29) : days[choice % days.length]!;
};

describe('the next times, against a walk over every minute', () => {
  const agree = (schedule: Exclude<Schedule, { kind: 'cron' }>, window: number, anchor: number) => {
    const from = Math.floor(window / MINUTE) * MINUTE;
    const to = from + 2 * DAY;
    // A day more in front, so that the oracle knows which times it has already seen.
    const expected = runsByMinute(schedule, { from: from - DAY, to, anchor }).filter((run) => run >= from);
    const times = nextTimes(schedule, {
      after: new Date(from - 1),
      anchor: new Date(anchor),
      count: expected.length + 1,
    });
    const inside = times.map((time) => time.getTime()).filter((time) => time < to);
    expect(inside.map((time) => new Date(time).toISOString())).toEqual(
      expected.map((time) => new Date(time).toISOString()),
    );
  };

  it('are the same where clocks change, for times of the day', () => {
    fc.assert(
      fc.property(arbitraryTimes, fc.nat(40), instant, (schedule, choice, anchor) => {
        agree(schedule, changeOf(schedule.timeZone, choice) - DAY / 2, anchor);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same where clocks change, for daily schedules and chosen weekdays', () => {
    fc.assert(
      fc.property(arbitraryCalendar, fc.nat(40), fc.nat(40), (schedule, choice, distance) => {
        const change = changeOf(schedule.timeZone, choice);
        agree(schedule, change - DAY / 2, change - distance * DAY);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same on any two days', () => {
    fc.assert(fc.property(fc.oneof(arbitraryTimes, arbitraryCalendar), instant, instant, agree), {
      numRuns: 30,
    });
  });
});

describe('the next times of any schedule', () => {
  const options = {
    after: fc.date({ min: new Date('2010-01-01'), max: new Date('2032-01-01'), noInvalidDate: true }),
  };

  it('rise strictly, begin after the given moment, and can be asked for one by one', () => {
    fc.assert(
      fc.property(arbitrarySchedule, options.after, instant, (schedule, after, start) => {
        const anchor = new Date(start);
        const times = nextTimes(schedule, { after, anchor, count: 8 });
        let previous = after;
        for (const time of times) {
          expect(time.getTime()).toBeGreaterThan(previous.getTime());
          expect(nextTime(schedule, { after: previous, anchor })).toEqual(time);
          previous = time;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('fall on whole minutes', () => {
    fc.assert(
      fc.property(arbitrarySchedule, options.after, instant, (schedule, after, anchor) => {
        for (const time of nextTimes(schedule, { after, anchor: new Date(anchor), count: 3 })) {
          expect(time.getTime() % MINUTE).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on where between two of them one asks', () => {
    fc.assert(
      fc.property(
        arbitrarySchedule,
        options.after,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, after, part) => {
          const [first, second] = nextTimes(schedule, { after, anchor: after, count: 2 });
          if (first === undefined || second === undefined) return;
          const between = first.getTime() + Math.floor(part * (second.getTime() - first.getTime() - 1));
          expect(nextTime(schedule, { after: new Date(between), anchor: after })).toEqual(second);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are those of the endless schedule between the start and the end', () => {
    fc.assert(
      fc.property(
        arbitrarySchedule,
        options.after,
        fc.nat(400 * 24),
        fc.nat(100),
        (schedule, after, hours, days) => {
          const startsAt = new Date(after.getTime() + hours * 60 * MINUTE);
          const endsAt = new Date(startsAt.getTime() + days * DAY);
          const bounded = { ...schedule, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
          const endless = nextTimes(schedule, {
            after: new Date(startsAt.getTime() - 1),
            anchor: startsAt,
            count: 20,
          });
          expect(nextTimes(bounded, { after, anchor: after, count: 20 })).toEqual(
            endless.filter((time) => time <= endsAt),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('have the count of their list', () => {
    fc.assert(
      fc.property(
        arbitrarySchedule,
        options.after,
        fc.integer({ min: 1, max: 30 }),
        (schedule, after, count) => {
          const times = nextTimes(schedule, { after, anchor: after, count });
          const last = times.at(-1);
          if (last === undefined) return;
          const range = { from: after, to: last, anchor: after };
          expect(countTicks(schedule, { ...range, limit: 1000 })).toBe(times.length);
          expect(countTicks(schedule, { ...range, limit: 5 })).toBe(Math.min(5, times.length));
          expect(countTicks(schedule, { ...range, to: new Date(last.getTime() - 1), limit: 1000 })).toBe(
            times.length - 1,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are those of its cron expression', () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitrarySchedule, options.after, fc.boolean(), (schedule, after, isStarted) => {
        const planned = isStarted ? { ...schedule, startsAt: after.toISOString() } : schedule;
        const expression = toCron(planned);
        if (expression === null) return;
        compared += 1;
        const cron = scheduleSchema.parse({ kind: 'cron', expression, timeZone: schedule.timeZone });
        expect(nextTimes(cron, { after, anchor: after, count: 12 })).toEqual(
          nextTimes(schedule, { after, anchor: after, count: 12 }),
        );
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
