import { type Column, columnSchema, VALUE_SEPARATOR } from '@inlet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCheck } from './compile-check.js';

function outcome(given: Partial<Column>, text: string): unknown {
  const column = columnSchema.parse({ key: 'c', name: 'C', ...given });
  const [row] = compileCheck({ columns: [column], uniqueTogether: [] }).checkRows([
    { record: 1, texts: [text] },
  ]);
  return row?.issues ? row.issues.map(({ code }) => code) : row?.cells[0];
}

describe('number', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['0.125', 0.125],
    ['12.5', 12.5],
    ['12,5', 12.5],
    ['1234,567', 1234.567],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1.234.567', 1_234_567],
    ['12,34,567', 1_234_567],
    ['1 234,5 €', 1234.5],
    ['1\u202f234,5\u00a0€', 1234.5],
    ["1'234.50", 1234.5],
    ['£1,000.21', 1000.21],
    ['-£5', -5],
    ['$ -12', -12],
    ['US$3.50', 3.5],
    ['15.00 USD', 15],
    ['EUR 15,00', 15],
    ['(12.00)', -12],
    ['12-', -12],
    ['\u22125', -5],
    ['+5', 5],
    ['.5', 0.5],
    ['1e-5', 0.00001],
  ])('reads %s', (text, value) => {
    expect(outcome({ type: 'number' }, text)).toBe(value);
  });

  it.each([
    'abc',
    '50%',
    '1,2,3',
    '1,23,4',
    '12 34',
    '--5',
    '(-5)',
    '5 PCS',
    '€5€',
    '.',
    '-',
    'NaN',
    'Infinity',
    '0x10',
    '1.2.3,4',
    '9007199254740993',
    '1e999',
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'number' }, text)).toEqual(['not_a_number']);
  });

  it.each(['1,234', '1.234', '-12.500', '£999,000'])('does not guess what %s means', (text) => {
    expect(outcome({ type: 'number' }, text)).toEqual(['number_ambiguous']);
    expect(outcome({ type: 'integer' }, text)).toEqual(['number_ambiguous']);
  });

  it('follows the decimal sign of the column', () => {
    expect(outcome({ type: 'number', decimal: '.' }, '1,234')).toBe(1234);
    expect(outcome({ type: 'number', decimal: ',' }, '1,234')).toBe(1.234);
    expect(outcome({ type: 'number', decimal: '.' }, '1.234')).toBe(1.234);
    expect(outcome({ type: 'number', decimal: ',' }, '1.234')).toBe(1234);
    expect(outcome({ type: 'number', decimal: '.' }, '1,23')).toEqual(['not_a_number']);
    expect(outcome({ type: 'number', decimal: ',' }, '1.5')).toEqual(['not_a_number']);
  });

  it('reads every double as JavaScript writes it, once the sign is known', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9e15, max: 9e15 }), (value) => {
        expect(outcome({ type: 'number', decimal: '.' }, String(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('reads what Intl writes in other countries', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99_999_999, max: 99_999_999 }),
        fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'pl-PL', 'es-ES'),
        (cents, locale) => {
          const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(cents / 100);
          expect(outcome({ type: 'number' }, text)).toBe(cents === 0 ? 0 : cents / 100);
        },
      ),
    );
  });
});

describe('integer', () => {
  it.each([
    ['007', 7],
    ['5.00', 5],
    ['1.234.567', 1_234_567],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
  ])('reads %s', (text, value) => {
    expect(outcome({ type: 'integer' }, text)).toBe(value);
  });

  it.each(['1.5', '9007199254740992', '12345678901234567890', '8.71235E+11', 'ten'])('refuses %s', (text) => {
    expect(outcome({ type: 'integer' }, text)).toEqual(['not_an_integer']);
  });
});

describe('date', () => {
  it.each([
    ['2025-01-31', '2025-01-31'],
    ['2024-02-29', '2024-02-29'],
    ['20250131', '2025-01-31'],
    ['2025/1/5', '2025-01-05'],
    ['2025-01-31+01:00', '2025-01-31'],
    ['2025-01-31T23:30:00-05:00', '2025-01-31'],
    ['Mon, 06 Jan 2025 23:30:00 -0500', '2025-01-06'],
    ['Fri, 6 Jan 2025 10:00 GMT', '2025-01-06'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06'],
    ['Sun Nov  6 08:49:37 EST 1994', '1994-11-06'],
    ['6 Nov 19', '2019-11-06'],
    ['January 5th, 2025', '2025-01-05'],
    ['May 5, 2025', '2025-05-05'],
    ['5. März 2025', '2025-03-05'],
    ['1er août 2025', '2025-08-01'],
    ['5 de enero de 2025', '2025-01-05'],
    ['03.04.2025', '2025-04-03'],
    ['13/04/2025', '2025-04-13'],
    ['04/13/2025 5:30 PM', '2025-04-13'],
    ['05/05/2025', '2025-05-05'],
    ['05/31/19', '2019-05-31'],
    ['01/01/1919', '1919-01-01'],
  ])('reads %s', (text, value) => {
    expect(outcome({ type: 'date' }, text)).toBe(value);
  });

  it.each(['03/04/2025', '3-4-2025', '01/02/03', '03/04/2025 10:00'])(
    'does not guess what %s means',
    (text) => {
      expect(outcome({ type: 'date' }, text)).toEqual(['date_ambiguous']);
    },
  );

  it.each([
    '2025-02-29',
    '31 Feb 2025',
    '2025-13-01',
    '31/31/2025',
    '04.13.2025',
    '45000',
    '2025',
    '2025-01',
    'soon',
    '12',
    '0000-01-01',
    '2025-01-31x',
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'date' }, text)).toEqual(['not_a_date']);
  });

  it('reads given formats before all others, and then guesses at no order', () => {
    const formats = ['MM/dd/yyyy', 'd. MMMM yy', 'yyyyddMM'];
    expect(outcome({ type: 'date', formats }, '3/4/2025')).toBe('2025-03-04');
    expect(outcome({ type: 'date', formats }, '7. Oktober 19')).toBe('2019-10-07');
    expect(outcome({ type: 'date', formats }, '20253101')).toBe('2025-01-31');
    expect(outcome({ type: 'date', formats }, '2025-01-31')).toBe('2025-01-31');
    expect(outcome({ type: 'date', formats }, '13/04/2025')).toEqual(['not_a_date']);
    expect(outcome({ type: 'date', formats }, '13.04.2025')).toEqual(['not_a_date']);
  });

  it('refuses long texts at once, whatever the format', () => {
    const formats = ["dd' ' ' ' ' ' MM yyyy"];
    expect(outcome({ type: 'date', formats }, `5${' '.repeat(1_000_000)}x`)).toEqual(['not_a_date']);
  });

  it('reads a number as a serial date of a spreadsheet only if the format says so', () => {
    expect(outcome({ type: 'date', formats: ['excel'] }, '45688')).toBe('2025-01-31');
    expect(outcome({ type: 'date', formats: ['excel'] }, '59')).toBe('1900-02-28');
    expect(outcome({ type: 'date', formats: ['excel'] }, '61')).toBe('1900-03-01');
    expect(outcome({ type: 'date', formats: ['excel'] }, '60')).toEqual(['not_a_date']);
  });

  it('agrees with the calendar of Date on every day there is', () => {
    const day = fc.record({
      y: fc.integer({ min: 1, max: 9999 }),
      m: fc.integer({ min: 0, max: 13 }),
      d: fc.integer({ min: 0, max: 32 }),
    });
    fc.assert(
      fc.property(day, ({ y, m, d }) => {
        const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
        const date = new Date(0);
        date.setUTCFullYear(y, m - 1, d);
        const isReal = date.toISOString().slice(0, 10) === text;
        expect(outcome({ type: 'date' }, text)).toEqual(isReal ? text : ['not_a_date']);
      }),
      { numRuns: 500 },
    );
  });
});

describe('date-time', () => {
  it.each([
    ['2025-01-31T10:00:00Z', '2025-01-31T10:00:00.000Z'],
    ['2025-01-31T10:00:00.123456+01:00', '2025-01-31T09:00:00.123Z'],
    ['2025-01-31 10:00 +0530', '2025-01-31T04:30:00.000Z'],
    ['20250131T101500Z', '2025-01-31T10:15:00.000Z'],
    ['2025-01-31T24:00:00Z', '2025-02-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2025-01-31', '2025-01-31T00:00:00.000Z'],
    ['Mon, 06 Jan 2025 10:00:00 EST', '2025-01-06T15:00:00.000Z'],
    ['Sat, 7 Sep 2002 9:42:31 PDT (summer)', '2002-09-07T16:42:31.000Z'],
    ['Wed, 02 Oct 02 13:00 GMT', '2002-10-02T13:00:00.000Z'],
    ['Jan 5, 2025 12:15 AM', '2025-01-05T00:15:00.000Z'],
    ['Jan 5, 2025 12:15 PM CET', '2025-01-05T11:15:00.000Z'],
  ])('reads %s', (text, value) => {
    expect(outcome({ type: 'date_time' }, text)).toBe(value);
  });

  it.each([
    '2025-01-31T25:00:00Z',
    '2025-01-31 10:61',
    'Jan 5, 2025 13:00 PM',
    '2025-01-31 10:00 IST',
    '2025-01-31 10',
    '1738317600',
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'date_time' }, text)).toEqual(['not_a_date']);
  });

  it('names the meanings of a time zone that has several', () => {
    const column = columnSchema.parse({ key: 'c', name: 'C', type: 'date_time' });
    const { checkRows } = compileCheck({ columns: [column], uniqueTogether: [] });
    const [row] = checkRows([{ record: 1, texts: ['Mon, 06 Jan 2025 10:00:00 IST'] }]);
    expect(row?.issues?.[0]).toMatchObject({
      code: 'not_a_date',
      message:
        '“Mon, 06 Jan 2025 10:00:00 IST” has the time zone IST, which can mean India (+05:30), Israel (+02:00) or ' +
        'Ireland (+01:00). Use an offset such as +01:00.',
    });
  });

  it.each([
    ['an ordinary time', '2025-07-01 12:00', '2025-07-01T10:00:00.000Z'],
    ['before the gap', '2025-03-30 01:59', '2025-03-30T00:59:00.000Z'],
    ['in the gap: forward by the gap', '2025-03-30 02:30', '2025-03-30T01:30:00.000Z'],
    ['after the gap', '2025-03-30 03:00', '2025-03-30T01:00:00.000Z'],
    ['in the doubled hour: the first', '2025-10-26 02:30', '2025-10-26T00:30:00.000Z'],
    ['after the doubled hour', '2025-10-26 03:00', '2025-10-26T02:00:00.000Z'],
    ['with an explicit offset', '2025-10-26T02:30:00+01:00', '2025-10-26T01:30:00.000Z'],
  ])('reads local time in the zone of the column, %s', (_, text, value) => {
    expect(outcome({ type: 'date_time', timeZone: 'Europe/Berlin' }, text)).toBe(value);
  });

  it('reads epoch times only if the format says so', () => {
    expect(outcome({ type: 'date_time', formats: ['epoch_s'] }, '1738317600')).toBe(
      '2025-01-31T10:00:00.000Z',
    );
    expect(outcome({ type: 'date_time', formats: ['epoch_ms'] }, '-1')).toBe('1969-12-31T23:59:59.999Z');
    // Both instants have the wall clock 02:30.
    const berlin: Partial<Column> = { type: 'date_time', formats: ['epoch_s'], timeZone: 'Europe/Berlin' };
    expect(outcome(berlin, '1761442200')).toBe('2025-10-26T01:30:00.000Z');
    expect(outcome(berlin, '1761438600')).toBe('2025-10-26T00:30:00.000Z');
  });

  it('reads back every instant in UTC or in the form of feeds', () => {
    const instants = fc.date({
      min: new Date('1950-01-01T00:00:00Z'),
      max: new Date('2099-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(outcome({ type: 'date_time' }, date.toISOString())).toBe(date.toISOString());
        const wholeSecond = `${date.toISOString().slice(0, 19)}.000Z`;
        expect(outcome({ type: 'date_time' }, date.toUTCString())).toBe(wholeSecond);
      }),
    );
  });
});

describe('boolean', () => {
  it.each(['true', 'TRUE', 'yes', 'Y', '1', 'on', 'ja', 'Oui', 'sí', 'WAHR', 'verdadero'])(
    '%s is true',
    (text) => {
      expect(outcome({ type: 'boolean' }, text)).toBe(true);
    },
  );
  it.each(['false', 'No', 'n', '0', 'off', 'nein', 'non', 'FAUX'])('%s is false', (text) => {
    expect(outcome({ type: 'boolean' }, text)).toBe(false);
  });
  it.each(['2', 'maybe', 'constructor'])('%s is neither', (text) => {
    expect(outcome({ type: 'boolean' }, text)).toEqual(['not_a_boolean']);
  });
});

describe('email', () => {
  it.each([
    'a@b.co',
    'first.last+tag@sub.example.museum',
    "o'neil@example.org",
    'ü@müller.de',
    '用户@例子.中国',
    'x@xn--mller-kva.de',
    'a@b.xn--p1ai',
  ])('takes %s', (text) => {
    expect(outcome({ type: 'email' }, text)).toBe(text);
  });
  it.each([
    'a@b',
    '@b.co',
    'a@',
    'a b@c.de',
    'a@-b.de',
    'a@b-.de',
    'a@b..de',
    'a@b.1',
    'a@b.de, c@d.de',
    'mailto:a@b.de x',
    `${'a'.repeat(65)}@b.co`,
    `a@${'b'.repeat(64)}.de`,
    `a@${'b.'.repeat(130)}de`,
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'email' }, text)).toEqual(['not_an_email']);
  });
});

describe('URL', () => {
  it.each([
    'https://example.com',
    'http://localhost:3000/x?y=1#z',
    'HTTP://EXAMPLE.com/A',
    'https://user:pw@example.com/',
    'http://[::1]/',
    'https://a-b.example.co.uk/%7Ex/(y)',
  ])('delivers %s as it stands', (text) => {
    expect(outcome({ type: 'url' }, text)).toBe(text);
  });
  it('encodes what no address may hold', () => {
    expect(outcome({ type: 'url' }, 'https://müller.de/straße a')).toBe(
      'https://xn--mller-kva.de/stra%C3%9Fe%20a',
    );
  });
  it.each([
    'example.com',
    '//example.com',
    '/a',
    'ftp://example.com',
    'javascript:alert(1)',
    'http:example.com',
    'https://',
    'https://a b.de',
    'http://1.2.3.999/',
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'url' }, text)).toEqual(['not_a_url']);
  });
  it('takes without a look what the full parser takes too', () => {
    const label = fc.stringMatching(/^[a-z\d-]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[\w/?#@:%-]{0,8}$/),
        (labels, rest) => {
          const text = `https://${labels.join('.')}.com/${rest}`;
          expect(outcome({ type: 'url' }, text)).toEqual(URL.canParse(text) ? text : ['not_a_url']);
        },
      ),
    );
  });
});

describe('a relative address', () => {
  const check = (given: Partial<Column>, text: string, baseUrl?: string) => {
    const columns = [columnSchema.parse({ key: 'a', name: 'A', ...given })];
    const compiled = compileCheck({ columns, uniqueTogether: [], baseUrl });
    return compiled.checkRows([{ record: 1, texts: [text] }])[0]!.cells[0];
  };
  const feed = 'https://news.example/blog/feed.xml';

  it.each([
    ['/post/1', 'https://news.example/post/1'],
    ['../post/1?a=1', 'https://news.example/post/1?a=1'],
    ['./post 1', 'https://news.example/blog/post%201'],
    ['//cdn.example/a.png', 'https://cdn.example/a.png'],
    ['?p=1', 'https://news.example/blog/feed.xml?p=1'],
  ])('%s counts from the address of the source', (text, expected) => {
    expect(check({ type: 'url' }, text, feed)).toBe(expected);
    expect(check({ type: 'image_url' }, text.replace('feed.xml', 'a'), feed)).toBe(
      text === '?p=1' ? null : expected,
    );
  });

  it('refuses relative addresses without a source, and words always', () => {
    expect(check({ type: 'url' }, '/post/1')).toBeNull();
    expect(check({ type: 'url' }, 'read more', feed)).toBeNull();
    expect(check({ type: 'url' }, '/a', 'not an address')).toBeNull();
  });
});

describe('image URL', () => {
  it.each([
    'https://x.de/a.jpg',
    'https://x.de/image?id=3',
    'https://x.com',
    'https://cdn.html/x',
    'https://x.de/a?file=b.pdf',
  ])('takes %s', (text) => {
    expect(outcome({ type: 'image_url' }, text)).toBe(text);
  });
  it.each([
    'https://x.de/a.HTML',
    'https://x.de/pod.mp3?t=1',
    'https://x.de/a.pdf#p2',
    'a.jpg',
    'data:image/png;base64,AA',
  ])('refuses %s', (text) => {
    expect(outcome({ type: 'image_url' }, text)).toEqual(['not_an_image_url']);
  });
});

describe('phone', () => {
  it('is delivered as E.164', () => {
    expect(outcome({ type: 'phone' }, '+49 (0)30 1234567')).toBe('+49301234567');
    expect(outcome({ type: 'phone' }, '0049 30 1234567')).toBe('+49301234567');
    expect(outcome({ type: 'phone', country: 'DE' }, '030/1234567')).toBe('+49301234567');
    expect(outcome({ type: 'phone', country: 'US' }, '(212) 555-0100')).toBe('+12125550100');
  });
  it.each(['030 1234567', '12', 'call me', '+49 1', '+1 212 555 0100 ext 5', `+49${'1'.repeat(500)}`])(
    'refuses %s without a country',
    (text) => {
      expect(outcome({ type: 'phone' }, text)).toEqual(['not_a_phone']);
    },
  );
});

describe('select', () => {
  const options = [
    { value: 'de', label: 'Germany', alternatives: ['Deutschland', 'BRD'] },
    { value: 'fr', label: 'France' },
    { value: 'DE', label: 'Delaware' },
  ];
  it.each([
    ['de', 'de'],
    ['DE', 'DE'],
    ['germany', 'de'],
    ['brd', 'de'],
    ['FR', 'fr'],
  ])('finds %s by value, label or alternative', (text, value) => {
    expect(outcome({ type: 'select', options }, text)).toBe(value);
  });
  it('does not choose between options that differ in case only', () => {
    expect(outcome({ type: 'select', options }, 'De')).toEqual(['not_an_option']);
  });
  it.each(['constructor', 'Spain'])('refuses %s', (text) => {
    expect(outcome({ type: 'select', options }, text)).toEqual(['not_an_option']);
  });
});

describe('multi-select', () => {
  const options = [{ value: 'a', label: 'Sales, EMEA' }, { value: 'b' }, { value: 'c' }];
  it('returns each choice once, in the order of the text', () => {
    expect(outcome({ type: 'multi_select', options }, 'c, b,,C')).toEqual(['c', 'b']);
    expect(outcome({ type: 'multi_select', options, delimiter: '|' }, 'b|Sales, EMEA')).toEqual(['b', 'a']);
  });
  it('accepts an option that contains the delimiter if it is the only one', () => {
    expect(outcome({ type: 'multi_select', options }, 'Sales, EMEA')).toEqual(['a']);
  });
  it('refuses the whole value for one unknown part', () => {
    expect(outcome({ type: 'multi_select', options }, 'b,x')).toEqual(['not_an_option']);
  });
  it('keeps the values of a repeated element whole, and splits those that are lists themselves', () => {
    const text = ['Sales, EMEA', 'c, b'].join(VALUE_SEPARATOR);
    expect(outcome({ type: 'multi_select', options }, text)).toEqual(['a', 'c', 'b']);
    expect(outcome({ type: 'multi_select', options }, `b${VALUE_SEPARATOR}Sales, APAC`)).toEqual([
      'not_an_option',
    ]);
  });
});
