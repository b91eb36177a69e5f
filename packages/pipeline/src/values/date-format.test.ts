import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDateFormat, dateFormatFault } from './date-format.js';
import { openTimeZone } from './time-zone.js';
import { writeMoment } from './write-moment.js';

const utc = openTimeZone('UTC');

function read(format: string, text: string): string | undefined {
  const moment = compileDateFormat(format)(text, utc);
  return typeof moment === 'object' ? writeMoment(moment) : moment;
}

describe('a date format', () => {
  it.each([
    ['dd.MM.yyyy', '5.1.2025', '2025-01-05'],
    ['ddMMyyyy', '05012025', '2025-01-05'],
    ['ddMMyyyy', '512025', undefined],
    ['yyyyMMddHHmmss', '20250131235958', '2025-01-31T23:59:58.000'],
    ['MM/dd/yy', '01/31/19', '2019-01-31'],
    ['MM/dd/yy', '01/31/2019', undefined],
    ['EEEE, d. MMMM yyyy', 'Montag, 5. März 2025', '2025-03-05'],
    ['MMM d, yyyy h:mm a', 'jan 5, 2025 12:05 am', '2025-01-05T00:05:00.000'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2025-01-31T10:00:00-08:00', '2025-01-31T10:00:00.000-08:00'],
    ["d 'de' MMMM 'de' yyyy", '5 de enero de 2025', '2025-01-05'],
    ['dd.MM.yyyy HH:mm', '31.01.2025 24:30', 'no_such_time'],
    ['dd.MM.yyyy', '30.02.2025', 'no_such_day'],
    ['yyyy-MM-dd HH:mm z', '2025-01-31 10:00 IST', 'unknown_zone'],
    ['dd.MM.yyyy', '05x01x2025', undefined],
    ['d MMMM yyyy', '5 Smarch 2025', undefined],
  ])('%s reads %s', (format, text, result) => {
    expect(read(format, text)).toBe(result);
  });

  it('says what is wrong with it', () => {
    expect(dateFormatFault('HH:mm')).toBe('it has no year');
    expect(dateFormatFault('dd.MM.yyyy yy')).toBe('it names the year twice');
    expect(dateFormatFault('yyyy-MM-dd hh:mm')).toBe('"h" and "a" belong together');
    expect(dateFormatFault('ww yyyy-MM-dd')).toBe('"ww" is not a part of a date');
    expect(dateFormatFault("yyyy-MM-dd 'x")).toBe('a quotation mark is not closed');
  });

  it('reads back every day that was written in it', () => {
    const signs = fc.constantFrom('.', '/', '-', ' ', '');
    const orders = fc.shuffledSubarray(['yyyy', 'MM', 'dd'], { minLength: 3 });
    const days = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(orders, signs, days, (order, sign, date) => {
        const iso = date.toISOString().slice(0, 10);
        const [yyyy = '', MM = '', dd = ''] = iso.split('-');
        const format = order.join(sign);
        const text = format.replace('yyyy', yyyy).replace('MM', MM).replace('dd', dd);
        expect(read(format, text)).toBe(iso);
      }),
    );
  });
});
