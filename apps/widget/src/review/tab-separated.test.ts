import { describe, expect, it } from 'vitest';
import { readTabSeparated, writeTabSeparated } from './tab-separated.js';

describe('the clipboard of spreadsheets', () => {
  it.each([
    [
      'ends the last row with a line end, as Excel does',
      'a\tb\r\nc\td\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'has no line end at the end, as Google Sheets',
      'a\tb\nc\td',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['keeps line breaks of quoted cells', '"a\nb"\tc\r\n', [['a\nb', 'c']]],
    ['has doubled quotation marks', '"say ""hi"""\t1', [['say "hi"', '1']]],
    ['has a quotation mark inside a plain cell', '5" pipe\tx', [['5" pipe', 'x']]],
    ['begins a plain cell with a quotation mark', '"5" pipe\tx', [['"5" pipe', 'x']]],
    [
      'has empty cells at the ends',
      '\ta\t\r\n\t\t\r\n',
      [
        ['', 'a', ''],
        ['', '', ''],
      ],
    ],
    ['ends with an empty cell', 'a\t', [['a', '']]],
    ['is one cell', 'a', [['a']]],
    ['is one empty line', '\n', [['']]],
    ['is empty', '', []],
  ])('%s', (_what, text, cells) => {
    expect(readTabSeparated(text)).toEqual(cells);
  });

  it('reads back the blocks that it wrote', () => {
    const cells = [
      ['plain', 'tab\there', null],
      ['line\nbreak', 'say "hi"', '"'],
    ];
    expect(readTabSeparated(writeTabSeparated(cells))).toEqual([
      ['plain', 'tab\there', ''],
      ['line\nbreak', 'say "hi"', '"'],
    ]);
  });
});
