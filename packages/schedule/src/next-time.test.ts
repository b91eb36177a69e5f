import { execFileSync } from 'node:child_process';
import { type ScheduleInput, scheduleSchema } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { countTicks, nextTime, nextTimes } from './next-time.js';

/** The next times as ISO 8601 to the minute. */
function next(input: ScheduleInput, options: { after: string; anchor?: string; count?: number }): string[] {
  const { after, anchor = after, count = 3 } = options;
  const schedule = scheduleSchema.parse(input);
  return nextTimes(schedule, { after: new Date(after), anchor: new Date(anchor), count }).map((time) =>
    time.toISOString().replace(':00.000Z', 'Z'),
  );
}

const berlin = { timeZone: 'Europe/Berlin' };

describe('every N minutes', () => {
  it('keeps to the clock when N divides the hour', () => {
    expect(next({ kind: 'minutes', every: 15 }, { after: '2026-03-02T10:07:20Z' })).toEqual([
      '2026-03-02T10:15Z',
      '2026-03-02T10:30Z',
      '2026-03-02T10:45Z',
    ]);
  });

  it('follows the clock of a zone whose offset is not a whole hour', () => {
    expect(
      next({ kind: 'minutes', every: 60, timeZone: 'Asia/Kathmandu' }, { after: '2026-03-02T10:07Z' }),
    ).toEqual(['2026-03-02T10:15Z', '2026-03-02T11:15Z', '2026-03-02T12:15Z']);
  });

  it('counts from the start when N does not divide the hour, across hours and days', () => {
    expect(
      next({ kind: 'minutes', every: 7 }, { after: '2026-03-02T23:50Z', anchor: '2026-03-02T23:42:31Z' }),
    ).toEqual(['2026-03-02T23:56Z', '2026-03-03T00:03Z', '2026-03-03T00:10Z']);
  });

  it('is the same as hours when N is whole hours that divide the day', () => {
    expect(next({ kind: 'minutes', every: 480, ...berlin }, { after: '2026-01-02T00:00Z' })).toEqual(
      next({ kind: 'hours', every: 8, ...berlin }, { after: '2026-01-02T00:00Z' }),
    );
  });

  it('continues through a missing hour and a repeated hour', () => {
    expect(next({ kind: 'minutes', every: 30, ...berlin }, { after: '2026-03-29T00:15Z' })).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
    ]);
    expect(next({ kind: 'minutes', every: 30, ...berlin }, { after: '2026-10-24T23:45Z', count: 6 })).toEqual(
      [
        '2026-10-25T00:00Z',
        '2026-10-25T00:30Z',
        '2026-10-25T01:00Z',
        '2026-10-25T01:30Z',
        '2026-10-25T02:00Z',
        '2026-10-25T02:30Z',
      ],
    );
  });
});

describe('hours', () => {
  it('keep to the clock when N divides the day', () => {
    expect(next({ kind: 'hours', every: 6, minute: 20, ...berlin }, { after: '2026-01-02T00:00Z' })).toEqual([
      '2026-01-02T05:20Z',
      '2026-01-02T11:20Z',
      '2026-01-02T17:20Z',
    ]);
  });

  it('count elapsed hours from the hour of the start when N does not divide the day', () => {
    expect(
      next(
        { kind: 'hours', every: 5, minute: 0, ...berlin },
        { after: '2026-03-28T09:10Z', anchor: '2026-03-28T09:10Z', count: 5 },
      ),
    ).toEqual([
      '2026-03-28T14:00Z',
      '2026-03-28T19:00Z',
      '2026-03-29T00:00Z',
      '2026-03-29T05:00Z',
      '2026-03-29T10:00Z',
    ]);
  });

  it('run once at each chosen hour when clocks are set forward or back', () => {
    const schedule: ScheduleInput = { kind: 'hours', hours: [1, 2, 3], minute: 30, ...berlin };
    expect(next(schedule, { after: '2026-03-29T00:00Z' })).toEqual([
      '2026-03-29T00:30Z', // 01:30
      '2026-03-29T01:00Z', // 02:30 does not exist: 03:00
      '2026-03-29T01:30Z', // 03:30
    ]);
    expect(next(schedule, { after: '2026-10-24T23:00Z' })).toEqual([
      '2026-10-24T23:30Z', // 01:30
      '2026-10-25T00:30Z', // 02:30, the first one
      '2026-10-25T02:30Z', // 03:30
    ]);
  });

  it('that are missing together run once, not once each', () => {
    expect(
      next(
        { kind: 'hours', hours: [9, 15], minute: 0, timeZone: 'Pacific/Apia' },
        { after: '2011-12-30T01:00Z' },
      ),
    ).toEqual([
      '2011-12-30T10:00Z', // 30 December was left out: midnight of the 31st
      '2011-12-30T19:00Z', // 09:00 on the 31st
      '2011-12-31T01:00Z',
    ]);
  });
});

describe('days', () => {
  it('keep their local time when clocks change', () => {
    expect(next({ kind: 'days', time: '09:00', ...berlin }, { after: '2026-03-27T12:00Z' })).toEqual([
      '2026-03-28T08:00Z',
      '2026-03-29T07:00Z',
      '2026-03-30T07:00Z',
    ]);
  });

  it('run at the next time that exists when theirs does not, once', () => {
    expect(
      next({ kind: 'days', time: '02:30', ...berlin }, { after: '2026-03-28T12:00Z', count: 2 }),
    ).toEqual(['2026-03-29T01:00Z', '2026-03-30T00:30Z']);
  });

  it('run once when their time comes twice', () => {
    expect(
      next({ kind: 'days', time: '02:30', ...berlin }, { after: '2026-10-24T12:00Z', count: 2 }),
    ).toEqual(['2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  });

  it('run when midnight does not exist', () => {
    expect(
      next(
        { kind: 'days', time: '00:00', timeZone: 'America/Havana' },
        { after: '2026-03-07T12:00Z', count: 2 },
      ),
    ).toEqual(['2026-03-08T05:00Z', '2026-03-09T04:00Z']);
  });

  it('count every N from the day of the start, over the ends of months', () => {
    expect(
      next(
        { kind: 'days', every: 3, time: '09:00' },
        { after: '2026-01-30T00:00Z', anchor: '2026-01-29T15:00Z' },
      ),
    ).toEqual(['2026-02-01T09:00Z', '2026-02-04T09:00Z', '2026-02-07T09:00Z']);
  });

  it('may leave out Saturday and Sunday', () => {
    expect(
      next({ kind: 'days', onlyWeekdays: true, time: '09:00' }, { after: '2026-02-26T10:00Z' }), // a Thursday
    ).toEqual(['2026-02-27T09:00Z', '2026-03-02T09:00Z', '2026-03-03T09:00Z']);
  });
});

describe('weeks', () => {
  it('count every N from the week, from Monday, in which they start', () => {
    // 7 January 2026 is a Wednesday, so Monday of its week is past and Friday is not.
    expect(
      next(
        { kind: 'weeks', every: 2, weekdays: ['friday', 'monday'], time: '09:00' },
        { after: '2026-01-07T00:00Z', count: 5 },
      ),
    ).toEqual([
      '2026-01-09T09:00Z',
      '2026-01-19T09:00Z',
      '2026-01-23T09:00Z',
      '2026-02-02T09:00Z',
      '2026-02-06T09:00Z',
    ]);
  });

  it('do not restart with a month or a year', () => {
    expect(
      next(
        { kind: 'weeks', every: 2, weekdays: ['monday'], time: '09:00' },
        { after: '2026-12-15T00:00Z', anchor: '2026-01-05T00:00Z' },
      ),
    ).toEqual(['2026-12-21T09:00Z', '2027-01-04T09:00Z', '2027-01-18T09:00Z']);
  });
});

describe('months', () => {
  const at = { time: '09:00' };

  it('without the day are left out', () => {
    expect(
      next({ kind: 'months', on: { kind: 'day', day: 31 }, ...at }, { after: '2026-01-31T10:00Z' }),
    ).toEqual(['2026-03-31T09:00Z', '2026-05-31T09:00Z', '2026-07-31T09:00Z']);
  });

  it('have a last day, also in leap years', () => {
    expect(next({ kind: 'months', on: { kind: 'last_day' }, ...at }, { after: '2028-02-01T00:00Z' })).toEqual(
      ['2028-02-29T09:00Z', '2028-03-31T09:00Z', '2028-04-30T09:00Z'],
    );
  });

  it('have a last working day', () => {
    expect(
      next(
        { kind: 'months', on: { kind: 'last_working_day' }, ...at },
        { after: '2026-01-01T00:00Z', count: 5 },
      ),
    ).toEqual([
      '2026-01-30T09:00Z', // the 31st is a Saturday
      '2026-02-27T09:00Z',
      '2026-03-31T09:00Z',
      '2026-04-30T09:00Z',
      '2026-05-29T09:00Z', // the 31st is a Sunday
    ]);
  });

  it('have first to fourth and last weekdays, every N months from the month of the start', () => {
    const on = { kind: 'weekday', nth: 'first', weekday: 'monday' } as const;
    expect(next({ kind: 'months', every: 2, on, ...at }, { after: '2026-01-20T00:00Z' })).toEqual([
      '2026-03-02T09:00Z',
      '2026-05-04T09:00Z',
      '2026-07-06T09:00Z',
    ]);
    expect(
      next({ kind: 'months', on: { ...on, nth: 'last' }, ...at }, { after: '2026-08-01T00:00Z', count: 2 }),
    ).toEqual(['2026-08-31T09:00Z', '2026-09-28T09:00Z']);
  });
});

describe('years', () => {
  it('run on 29 February in leap years, and skip 2100', () => {
    expect(
      next(
        { kind: 'years', month: 2, on: { kind: 'day', day: 29 }, time: '09:00' },
        { after: '2092-03-01T00:00Z', count: 2 },
      ),
    ).toEqual(['2096-02-29T09:00Z', '2104-02-29T09:00Z']);
  });

  it('never run on 29 February when only odd years count', () => {
    expect(
      next(
        { kind: 'years', every: 2, month: 2, on: { kind: 'day', day: 29 }, time: '09:00' },
        { after: '2027-01-01T00:00Z' },
      ),
    ).toEqual([]);
  });

  it('run on a weekday of a month', () => {
    const on = { kind: 'weekday', nth: 'fourth', weekday: 'thursday' } as const;
    expect(
      next(
        { kind: 'years', month: 11, on, time: '12:00', timeZone: 'America/New_York' },
        { after: '2026-01-01T00:00Z' },
      ),
    ).toEqual(['2026-11-26T17:00Z', '2027-11-25T17:00Z', '2028-11-23T17:00Z']);
  });
});

describe('cron expressions', () => {
  const cron = (expression: string): ScheduleInput => ({ kind: 'cron', expression, ...berlin });

  it('are read in the zone of the schedule', () => {
    expect(next(cron('0 9 * * MON-FRI'), { after: '2026-03-27T12:00Z', count: 2 })).toEqual([
      '2026-03-30T07:00Z',
      '2026-03-31T07:00Z',
    ]);
  });

  it('know L, LW, 15W, 5#2, 5L and nicknames', () => {
    const first = (expression: string) => next(cron(expression), { after: '2026-08-01T12:00Z', count: 1 })[0];
    expect(first('0 9 L * *')).toBe('2026-08-31T07:00Z');
    expect(first('0 9 LW 10 *')).toBe('2026-10-30T08:00Z');
    expect(first('0 9 15W * *')).toBe('2026-08-14T07:00Z');
    expect(first('0 9 * * 5#2')).toBe('2026-08-14T07:00Z');
    expect(first('0 9 * * 5L')).toBe('2026-08-28T07:00Z');
    expect(first('@daily')).toBe('2026-08-01T22:00Z');
    expect(first('@hourly')).toBe('2026-08-01T13:00Z');
    expect(first('@yearly')).toBe('2026-12-31T23:00Z');
  });

  it('run chosen hours once, and every hour as it comes, when clocks change', () => {
    expect(next(cron('30 2 * * *'), { after: '2026-03-28T12:00Z', count: 1 })).toEqual(['2026-03-29T01:00Z']);
    expect(next(cron('*/20 2 * * *'), { after: '2026-03-29T00:30Z', count: 2 })).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ]);
    expect(next(cron('0 1,2,3 * * *'), { after: '2026-10-24T23:30Z', count: 2 })).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T02:00Z',
    ]);
    expect(next(cron('0 * * * *'), { after: '2026-10-24T23:30Z' })).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T01:00Z',
      '2026-10-25T02:00Z',
    ]);
  });

  it('never run on a date that does not exist', () => {
    expect(next(cron('0 0 30 2 *'), { after: '2026-01-01T00:00Z' })).toEqual([]);
  });
});

describe('start and end', () => {
  const daily = { kind: 'days', time: '09:00' } as const;

  it('are both times at which it may run', () => {
    expect(
      next(
        { ...daily, startsAt: '2026-05-02T09:00:00Z', endsAt: '2026-05-04T11:00:00+02:00' },
        { after: '2026-01-01T00:00Z', count: 9 },
      ),
    ).toEqual(['2026-05-02T09:00Z', '2026-05-03T09:00Z', '2026-05-04T09:00Z']);
  });

  it('give null after the end', () => {
    const schedule = scheduleSchema.parse({ ...daily, endsAt: '2026-05-04T08:59:59Z' });
    const anchor = new Date('2026-01-01');
    expect(nextTime(schedule, { after: new Date('2026-05-03T09:00Z'), anchor })).toBeNull();
  });

  it('count every N from the start, whatever anchor is given', () => {
    const schedule: ScheduleInput = { kind: 'minutes', every: 7, startsAt: '2026-05-02T09:00:00Z' };
    expect(next(schedule, { after: '2026-01-01T00:00Z', anchor: '2026-01-01T00:03Z', count: 2 })).toEqual([
      '2026-05-02T09:00Z',
      '2026-05-02T09:07Z',
    ]);
  });
});

describe('missed ticks', () => {
  it('are counted up to a limit, the last moment included', () => {
    const schedule = scheduleSchema.parse({ kind: 'minutes', every: 10 });
    const from = new Date('2026-05-02T09:00Z');
    const range = { from, anchor: from, to: new Date('2026-05-02T10:00Z') };
    expect(countTicks(schedule, { ...range, limit: 100 })).toBe(6);
    expect(countTicks(schedule, { ...range, limit: 4 })).toBe(4);
    expect(countTicks(schedule, { ...range, to: from, limit: 4 })).toBe(0);
  });
});

describe('the time zone of the machine', () => {
  const script = `
    import { nextTimes } from '@inlet/schedule';
    const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'UTC'];
    const kinds = [
      { kind: 'minutes', every: 7 }, { kind: 'hours', every: 5, minute: 10 }, { kind: 'hours', every: 1, minute: 5, hours: [0, 2] },
      { kind: 'days', every: 2, onlyWeekdays: false, time: '00:30' },
      { kind: 'weeks', every: 2, weekdays: ['sunday'], time: '02:30' },
      { kind: 'months', every: 2, on: { kind: 'last_working_day' }, time: '23:45' },
      { kind: 'cron', expression: '30 2 * * *' }, { kind: 'cron', expression: '*/20 0-3 29-31 3,10 *' },
    ];
    const after = new Date('2026-03-27T22:17:00Z');
    console.log(JSON.stringify(zones.flatMap((timeZone) =>
      kinds.map((kind) => nextTimes({ ...kind, timeZone }, { after, anchor: after, count: 40 })))));
  `;
  const runIn = (TZ: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, TZ },
      encoding: 'utf8',
    });

  it('makes no difference', () => {
    const inUtc = runIn('UTC');
    expect(JSON.parse(inUtc).flat()).toHaveLength(4 * 8 * 40);
    for (const zone of ['America/Los_Angeles', 'Europe/Berlin', 'Pacific/Kiritimati', 'Asia/Kathmandu']) {
      expect(runIn(zone)).toBe(inUtc);
    }
  });
});
