import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthOfName } from './month-names.js';
import { readMoment } from './read-moment.js';
import { readUsualMoment } from './read-usual-moment.js';
import { writeMoment } from './write-moment.js';

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

const read = (text: string): string => {
  const moment = readMoment(text, { guessOrder: true });
  return typeof moment === 'object' ? writeMoment(moment) : moment;
};

describe('the full reader', () => {
  it.each([
    ['Seg, 06 Out 2025 10:00:00 -0300', '2025-10-06T10:00:00.000-03:00'],
    ['lun, 06 gen 2025 10:00:00 +0100', '2025-01-06T10:00:00.000+01:00'],
    ['do, 06 mrt 2025 10:00:00 +0100', '2025-03-06T10:00:00.000+01:00'],
    ['pon, 06 sty 2025 10:00:00 +0100', '2025-01-06T10:00:00.000+01:00'],
    ['dom, 02 ott 2022 18:55:00 GMT', '2022-10-02T18:55:00.000+00:00'],
    ['segunda-feira, 6 de outubro de 2025 10:00', '2025-10-06T10:00:00.000'],
    ['6 d’octubre de 2025', '2025-10-06'],
    ['6 января 2025 г.', '2025-01-06'],
    ['6. října 2025', '2025-10-06'],
    ['2025. október 6.', '2025-10-06'],
    ['2025年1月6日 10:00', '2025-01-06T10:00:00.000'],
    ['2025년 1월 6일', '2025-01-06'],
    ['6 tháng 1, 2025', '2025-01-06'],
    ['Thứ Hai, ngày 6 tháng 1 năm 2025', '2025-01-06'],
    ['Chủ Nhật, 12 tháng 1, 2025 - 10:30', '2025-01-12T10:30:00.000'],
    ['6 января 2025 года', '2025-01-06'],
    ['6 Ocak 2025 Pazartesi 10:30', '2025-01-06T10:30:00.000'],
    ['6th of January 2025', '2025-01-06'],
    ['2025/01/06(月) 10:30', '2025-01-06T10:30:00.000'],
    ['2025年1月6日（月）', '2025-01-06'],
  ])('reads months in other languages: %s', (text, result) => {
    expect(read(text)).toBe(result);
  });

  it.each([
    ['06.01.2025 10:30 Uhr', '10:30:00.000'],
    ['Mo., 06.01.2025, 10:30 Uhr', '10:30:00.000'],
    ['06.01.2025, 10 Uhr', '10:00:00.000'],
    ['6. Januar 2025 um 10.30 Uhr', '10:30:00.000'],
    ['6 janvier 2025 à 10h30', '10:30:00.000'],
    ['6 janvier 2025 à 10h', '10:00:00.000'],
    ['6 de enero de 2025 a las 10:30', '10:30:00.000'],
    ['6 de janeiro de 2025, 10h30', '10:30:00.000'],
    ['6 gennaio 2025 alle ore 10:30', '10:30:00.000'],
    ['6 stycznia 2025, godz. 10:30', '10:30:00.000'],
    ['6 januari 2025 om 10:30 uur', '10:30:00.000'],
    ['6. januar 2025 kl. 10.30', '10:30:00.000'],
    ['6. tammikuuta 2025 klo 10.30.15', '10:30:15.000'],
    ['6 января 2025 в 10:30', '10:30:00.000'],
    ['2025年01月06日 10时30分', '10:30:00.000'],
  ])('reads the time as a language writes it: %s', (text, time) => {
    expect(read(text)).toBe(`2025-01-06T${time}`);
  });

  it.each([
    ['٦ يناير ٢٠٢٥', '2025-01-06'],
    ['٢٠٢٥-٠١-٠٦', '2025-01-06'],
    ['۱۳/۰۱/۲۰۲۵', '2025-01-13'],
    ['２０２５年１月６日', '2025-01-06'],
    ['2025. 1. 6.', '2025-01-06'],
    ['2025. 01. 06. 10:30', '2025-01-06T10:30:00.000'],
    ['6. 1. 2025', '2025-01-06'],
    ['13-01-2025T10:30:00', '2025-01-13T10:30:00.000'],
    ['/Date(1736159400000+0100)/', '2025-01-06T10:30:00.000+00:00'],
  ])('reads other digits and signs: %s', (text, result) => {
    expect(read(text)).toBe(result);
  });

  it('reads years of the Thai calendar after a Thai month', () => {
    expect(read('6 มกราคม 2568')).toBe('2025-01-06');
    expect(read('6 มกราคม 2025')).toBe('2025-01-06');
  });

  it.each(['6 Uhr 2025', '06.01.2025 10', '06.01.2025 25 Uhr', '32 tháng 1, 2025', '/Date(x)/', '1. 2. 3.'])(
    'refuses %s',
    (text) => {
      expect(read(text)).toMatch(/^(not_a_date|no_such)/);
    },
  );

  it('reads the month of every language of ICU, or refuses a name with two meanings', () => {
    const languages = 'cs da el et fi hr hu id it lt lv nb nl pl pt ro ru sk sl sv tr uk'.split(' ');
    for (const language of languages)
      for (const month of ['long', 'short'] as const) {
        const format = new Intl.DateTimeFormat(language, { month, day: 'numeric', timeZone: 'UTC' });
        for (let at = 0; at < 12; at += 1) {
          const parts = format.formatToParts(Date.UTC(2025, at, 6));
          const name = parts.find(({ type }) => type === 'month')?.value ?? '';
          const found = monthOfName(name);
          if (found !== undefined) expect([language, name, found]).toEqual([language, name, at + 1]);
        }
      }
    expect(['listopad', 'listopada'].map(monthOfName)).toEqual([undefined, undefined]);
  });

  it.each([
    ['Wednesday, September 30, 2026 - 10:00am', '2026-09-30T10:00:00.000'],
    ['Wed, 09/30/2026 - 10:00', '2026-09-30T10:00:00.000'],
    ['Mon, Jan 6, 2025 10:00 AM EST', '2025-01-06T10:00:00.000-05:00'],
    ['January 6, 2025 at 10:00 AM', '2025-01-06T10:00:00.000'],
    ['Mon Jan 06 10:00:00 CET 2025', '2025-01-06T10:00:00.000+01:00'],
    ['Mon Jan 06 10:00:00 GMT+01:00 2025', '2025-01-06T10:00:00.000+01:00'],
    ['2025-01-06T10:00:00+01:00[Europe/Berlin]', '2025-01-06T10:00:00.000+01:00'],
    ['2025-01-06 10:00:00 +0000 UTC', '2025-01-06T10:00:00.000+00:00'],
    ['2025-01-06 10:00:00.123456789 +0100 CET m=+0.001', '2025-01-06T10:00:00.123+01:00'],
    ['Mon, 06 Jan 2025 10:00:00 Europe/Berlin', '2025-01-06T10:00:00.000+01:00'],
    ['Mon, 06 Jul 2025 10:00:00 Europe/Berlin', '2025-07-06T10:00:00.000+02:00'],
    ['Mon, 06 Jan 2025 10:00:00 A', '2025-01-06T10:00:00.000+00:00'],
    ['2025-01-06T10:00:1+01:00', '2025-01-06T10:00:01.000+01:00'],
    ['2025-01-06 T 10:00:00+01:00', '2025-01-06T10:00:00.000+01:00'],
  ])('reads what programs write: %s', (text, result) => {
    expect(read(text)).toBe(result);
  });

  it.each([
    ['Mon, 06 Jan 2025 10:00:00 IST', 'unknown_zone'],
    ['Mon, 06 Jan 2025 10:00:00 Europe/Atlantis', 'unknown_zone'],
    ['10/06/2025 10:00', 'ambiguous'],
    ['6 Foo 2025', 'not_a_date'],
    ['2025-01', 'not_a_date'],
    ['1759226400', 'not_a_date'],
  ])('does not guess %s', (text, fault) => {
    expect(read(text)).toBe(fault);
  });

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
