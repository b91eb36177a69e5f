import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/decoded.js';
import { detectCsv, detectDialect } from './csv-dialect.js';

const shown = (text: string) => {
  const { delimiter, quote, hasHeader } = detectDialect(text);
  return `${delimiter}${quote}${hasHeader ? ' header' : ''}`;
};

describe('the dialect of a CSV file', () => {
  it.each([
    ['commas', 'id,name\n1,Ann\n2,Bob\n', ',"'],
    ['semicolons with decimal commas', 'id;price\n1;1,50\n2;2,75\n3;12,00\n', ';"'],
    ['semicolons with decimal commas in every column', '1,5;2,5;3,5\n4,5;5,5;6,5\n', ';"'],
    ['semicolons with commas in the text', 'id;text\n1;a, b, c\n2;d, e\n3;f\n', ';"'],
    ['commas with semicolons in one column', 'id,tags,n\n1,a;b;c,2\n2,d;e,3\n', ',"'],
    ['commas with semicolons in quotes', 'id,tags,n\n1,"a;b;c",2\n2,"d;e;f",3\n', ',"'],
    ['tabs', 'id\tname\n1\tDoe, Jane\n2\tRoe; Rich\n', '\t"'],
    ['bars', 'id|name|url\n1|x, y|https://a.example/?a=1;b=2\n2|z|https://a.example/\n', '|"'],
    ['single quotes', "id,name\n1,'Ann, the first'\n2,'Bob, the second'\n", ",'"],
    ['apostrophes that are no quotes', "id,name\n1,'tis\n2,O'Neil\n3,'90s rock'\n", ',"'],
    ['single quotes inside double quotes', 'id,name\n1,"\'a\', b"\n2,"\'c\', d"\n', ',"'],
    ['a delimiter inside quotes and line ends too', 'id;text\n1;"a;b\nc;d"\n2;"e"\n', ';"'],
    ['a first line for Excel', 'sep=;\na,b;c,d\n', ';"'],
    ['a first line for Excel in quotes', '"sep=|"\r\na,b|c\r\n', '|"'],
  ])('%s', (_, text, expected) => {
    expect(shown(text).slice(0, 2)).toBe(expected);
  });

  it.each([
    ['words above numbers', 'id,amount\n1,2.5\n2,3\n', true],
    ['words above words', 'name,city\nAnn,Rome\nBob,Oslo\n', true],
    ['numbers above numbers', '1,2.5\n2,3.5\n3,1\n', false],
    ['dates and addresses from the first row on', 'a@x.io,2024-01-01\nb@x.io,2024-01-02\n', false],
    ['a word that comes again further down', 'Ann,open\nBob,open\nCid,closed\nDan,open\n', false],
    ['years above numbers', 'country,2019,2020\nDE,83.1,83.2\nFR,67.1,67.2\n', true],
    ['an empty first heading', ',name\n1,Ann\n2,Bob\n', true],
    ['one row of words', 'id,name,email\n', true],
    ['one row with values', '17,Ann,ann@example.com\n', false],
    ['short words that can be yes and no', 'n,y\nabc,1\ndef,2\n', true],
  ])('detects headings: %s', (_, text, expected) => {
    expect(detectDialect(text).hasHeader).toBe(expected);
  });

  it('keeps what is given', () => {
    expect(detectDialect('id,name\n1,Ann\n', { delimiter: ';', hasHeader: false })).toEqual({
      delimiter: ';',
      quote: '"',
      hasHeader: false,
    });
  });

  it.each(
    readdirSync(new URL('../../../fixtures/', import.meta.url)).filter((name) => name.endsWith('.csv')),
  )('takes %s for CSV', (name) => {
    expect(
      detectCsv(
        fixture(name)
          .toString()
          .replace(/^\ufeff/, ''),
      ),
    ).not.toBeNull();
  });

  it('takes a list of names for CSV', () => {
    expect(detectCsv('Name\nAnn Smith\nBob Jones\n')).toMatchObject({ hasHeader: true });
  });

  it.each([
    ['nothing', ''],
    [
      'prose',
      'Not found.\n\nThe page you asked for, I am sorry to say, is gone.\nTry, if you like, another.\n',
    ],
    ['one sentence', 'Sorry, this address has moved.'],
    ['XML', '<?xml version="1.0"?>\n<a b="1,2"/>\n'],
    ['JSON', '{"a":1,"b":2}\n{"a":3,"b":4}\n'],
    ['control characters', 'a,b\n\u0001,\u0002\n'],
  ])('does not take %s for CSV', (_, text) => {
    expect(detectCsv(text)).toBeNull();
  });
});
