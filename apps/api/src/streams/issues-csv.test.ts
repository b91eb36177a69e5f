import type { RunIssue } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { issuesCsv } from './issues-csv.js';

const issue: RunIssue = {
  record: 3,
  rowKey: 'a1',
  columnKey: 'price',
  code: 'not_a_number',
  message: 'is not a number',
  severity: 'error',
  value: 'ten',
};

async function csvOf(...pages: RunIssue[][]): Promise<string> {
  let text = '';
  const source = (async function* () {
    yield* pages;
  })();
  for await (const part of issuesCsv(source)) text += part;
  return text;
}

/** The last cell, as a spreadsheet reads it. */
async function cellFor(value: string): Promise<string> {
  const [, line = ''] = (await csvOf([{ ...issue, value }])).split(/(?<=\r\n)(?=3)/);
  return line.slice('3,a1,price,not_a_number,error,is not a number,'.length, -2);
}

describe('issuesCsv', () => {
  it('writes a line of headings and one line per issue, over all pages', async () => {
    const whole: RunIssue = {
      record: 4,
      rowKey: null,
      columnKey: null,
      code: 'duplicate_identity',
      message: 'again',
      severity: 'warning',
    };
    expect(await csvOf([issue], [], [whole])).toBe(
      'record,rowKey,column,code,severity,message,value\r\n' +
        '3,a1,price,not_a_number,error,is not a number,ten\r\n' +
        '4,,,duplicate_identity,warning,again,\r\n',
    );
  });

  it('writes only the headings if a run has no issues', async () => {
    expect(await csvOf()).toBe('record,rowKey,column,code,severity,message,value\r\n');
  });

  it.each([
    ['a, b', '"a, b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    [' spaces ', ' spaces '],
    ['naïve – 日本', 'naïve – 日本'],
  ])('quotes %j according to RFC 4180', async (value, cell) => {
    expect(await cellFor(value)).toBe(cell);
  });

  it.each(['-5', '-1,234.50', '+49 30 123456', '+1 (555) 010-0000', '+1-555-0100', '-0.5e-7', '-.5', '-12%'])(
    'leaves the number %s as it is',
    async (value) => {
      expect((await cellFor(value)).replaceAll('"', '')).toBe(value);
    },
  );

  it.each([
    ...['=1+1', '=HYPERLINK(A1)', '+A1', '-A1*2', '@SUM(A1)', '+1+cmd|x', '-', ' =1+1'],
    ...[
      '\uFF1D1+1',
      '\uFF0BA1',
      '\uFF0DA1',
      '\uFF20SUM(A1)',
      '\uFE661+1',
      '\uFE62A1',
      '\uFE63A1',
      '\uFE6BA1',
    ],
  ])('keeps a spreadsheet from running %j', async (value) => {
    expect(await cellFor(value)).toBe(`'${value}`);
  });

  it.each([
    ['\t=1', "'\t'=1"],
    ['\r\n=1', "'\r\n'=1"],
    ['a;=1+1', "a;'=1+1"],
    ['a\t@SUM(A1)', "a\t'@SUM(A1)"],
    ['a\n+A1', "a\n'+A1"],
    ['=1;;\uFF1D2', "'=1;;'\uFF1D2"],
    ['a; -A1', "a;' -A1"],
    ['a;"=1+1', 'a;\'""=1+1'],
    ['a; ""@SUM(A1)', 'a;\' """"@SUM(A1)'],
    ['1;-2', '1;-2'],
  ])('keeps a spreadsheet with other separators from running a part of %j', async (value, cell) => {
    expect(await cellFor(value)).toBe(`"${cell}"`);
  });
});
