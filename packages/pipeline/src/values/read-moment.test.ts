import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMoment } from './read-moment.js';
import { readUsualMoment } from './read-usual-moment.js';

const pick = (...texts: string[]) => fc.constantFrom(...texts);
const two = fc.nat(62).map((value) => String(value).padStart(2, '0'));
const zone = pick('', 'Z', 'GMT', 'UTC', '+01:00', '-0330', '+9900', 'EST', '+1', 'x');
const time = fc
  .tuple(two, two, two, pick('', '.5', '.123', '.123456'), pick('', ' '), zone)
  .map(
    ([hour, minute, second, fraction, space, name]) =>
      `${hour}:${minute}:${second}${fraction}${space}${name}`,
  );
const iso = fc
  .tuple(pick('2024', '2025', '0000'), two, two, pick('T', ' ', 't'), time)
  .map(([y, m, d, sign, t]) => `${y}-${m}-${d}${sign}${t}`);
const feed = fc
  .tuple(
    pick('Mon, ', 'Xyz, ', 'Mon,', ''),
    pick('1', '06', '31', '32'),
    pick('Jan', 'Feb', 'feb', 'Foo'),
    pick('2025', '25'),
    time,
  )
  .map(([weekday, day, month, year, t]) => `${weekday}${day} ${month} ${year} ${t}`);

describe('the quick reader', () => {
  it('never reads a text in another way than the full one', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(iso, feed), (text) => {
        const quick = readUsualMoment(text.trim());
        if (!quick) return;
        taken++;
        expect(readMoment(text, { guessOrder: true })).toEqual(quick);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('takes what feeds write', () => {
    for (const text of [
      'Mon, 06 Jan 2025 10:00:00 GMT',
      'Mon, 6 Jan 2025 10:00:00 +0100',
      '2025-01-06T10:00:00.123Z',
      '2025-01-06 10:00:00',
    ])
      expect(readUsualMoment(text)).toMatchObject({ year: 2025, month: 1, day: 6, time: { hour: 10 } });
  });
});

describe('the full reader', () => {
  it.each([
    '9'.repeat(80),
    `${'a '.repeat(40)}`,
    `${'1 '.repeat(39)}x`,
    'x'.repeat(1_000_000),
    `1 jan 2025 ${'('.repeat(60)}`,
  ])('refuses long nonsense (%#)', (text) => {
    expect(readMoment(text, { guessOrder: true })).toBe('not_a_date');
  });
});
