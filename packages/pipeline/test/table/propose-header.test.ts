import { describe, expect, it } from 'vitest';
import { proposeHeader, tableHeadings } from '../../src/read/table/propose-header.js';
import type { TableRow } from '../../src/read/table/table.js';
import { isTotalRow } from '../../src/read/table/total-row.js';

/** Rows from lines of cells; `.` is a blank cell, and cells behind the last one are missing. */
const rowsOf = (text: string): TableRow[] =>
  text
    .trim()
    .split('\n')
    .map((line, index) => ({
      row: index + 1,
      cells: line.split('|').map((cell) => (cell.trim() === '.' ? undefined : cell.trim())),
    }));

const VALUES = '1|Ann|2026-01-02\n2|Bob|2026-01-03\n3|Cid|2026-01-04\n4|Dan|2026-01-05';

describe('the proposed header', () => {
  it.each([
    ['names above values', `id|name|since\n${VALUES}`, { row: 1, rows: 1, reason: 'names' }],
    ['names above words', 'name|city\nAnn|Berlin\nBob|Paris', { row: 1, rows: 1, reason: 'names' }],
    ['values alone', VALUES, { row: 1, rows: 0, reason: 'values' }],
    [
      'names below a title',
      `Customers of 2026|.|.\nid|name|since\n${VALUES}`,
      { row: 2, rows: 1, reason: 'below_titles' },
    ],
    [
      'names below titles of a worksheet, which has shorter rows',
      `Customers\nRegion: North\nid|name|since\n${VALUES}`,
      { row: 3, rows: 1, reason: 'below_titles' },
    ],
    [
      'names below names of groups',
      `.|Person|.|Address|.\nid|first|last|street|zip\n1|Ann|Lee|Main 1|10115\n2|Bob|Ray|Main 2|10117\n3|Cid|Poe|Main 3|10119`,
      { row: 1, rows: 2, reason: 'grouped_names' },
    ],
    [
      'names below names of groups that are shorter, and a title',
      `Staff\nid|Person|.|Address\n.|first|last|street|zip\n1|Ann|Lee|Main 1|10115\n2|Bob|Ray|Main 2|10117\n3|Cid|Poe|Main 3|10119\n4|Dan|Fox|Main 4|10120`,
      { row: 2, rows: 2, reason: 'grouped_names' },
    ],
    ['nothing', 'name', { row: 1, rows: 1, reason: 'names' }],
  ])('is found for %s', (_, text, expected) => {
    expect(proposeHeader(rowsOf(text))).toEqual(expected);
  });

  it('has the row numbers of the file', () => {
    const rows = rowsOf(`Customers|.|.\nid|name|since\n${VALUES}`).map((row) => ({
      ...row,
      row: row.row * 3,
    }));
    expect(proposeHeader(rows)).toEqual({ row: 6, rows: 1, reason: 'below_titles' });
    expect(proposeHeader([])).toEqual({ row: 1, rows: 1, reason: 'names' });
  });
});

describe('headings of a table', () => {
  it('are unique paths', () => {
    expect(tableHeadings(rowsOf('name| .|a/b|name|a~b'), 6)).toEqual([
      'name',
      'Column 2',
      'a~1b',
      'name (2)',
      'a~0b',
      'Column 6',
    ]);
    expect(tableHeadings([], 2)).toEqual(['Column 1', 'Column 2']);
  });

  it('of several rows are joined, and groups reach to the next one', () => {
    const header = rowsOf('id|Person|.|Address\n.|first|last|street|zip');
    expect(tableHeadings(header, 6)).toEqual([
      'id',
      'Person first',
      'Person last',
      'Address street',
      'Address zip',
      'Column 6',
    ]);
  });
});

describe('a total row', () => {
  const before = rowsOf('1|Ann|5|7\n2|Bob|6|8');
  it.each([
    ['Total|.|11|15', true],
    ['.|Grand total|11|15', true],
    ['Summe:|.|11,00 €', true],
    ['合計|.|11|15', true],
    ['Total Wine Inc.|Bob|6|8', false],
    ['3|Cid|7|9', false],
    ['Total', false],
    ['Total|see below', false],
    ['Summerhill|.|7|9', false],
  ])('%s: %s', (text, expected) => {
    expect(isTotalRow(rowsOf(text)[0]!, before)).toBe(expected);
  });

  it('has rows before it', () => {
    expect(isTotalRow(rowsOf('Total|5')[0]!, [])).toBe(false);
  });
});
