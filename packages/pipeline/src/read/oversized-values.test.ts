import { describe, expect, it } from 'vitest';
import { inChunks } from '../../test/sources.js';
import { readRecords } from './read-records.js';

const BIG = 'x'.repeat(40);

describe('a value over the limit', () => {
  it.each<[string, string, string]>([
    ['text', `<l><i><a>1</a><b>${BIG}</b></i><i><a>2</a><b/></i></l>`, '/l/i'],
    ['a CDATA section', `<l><i><a>1</a><b><![CDATA[${BIG}]]></b></i><i><a>2</a><b/></i></l>`, '/l/i'],
    ['text in pieces', `<l><i><a>1</a><b>${'xx<!-- -->'.repeat(20)}</b></i><i><a>2</a><b/></i></l>`, '/l/i'],
    [
      'text in JSON',
      JSON.stringify([
        { a: 1, b: BIG },
        { a: 2, b: '' },
      ]),
      '/',
    ],
    [
      'an object in JSON',
      JSON.stringify([
        { a: 1, b: { c: BIG } },
        { a: 2, b: '' },
      ]),
      '/',
    ],
    ['a cell', `a,b\n1,${BIG}\n2,""\n`, '/'],
  ])('is left out and marked, and the record keeps its other values: %s', async (_, text, recordPath) => {
    for (const size of [1, 7, 65_536]) {
      const request = { recordPath, parseOptions: {}, paths: ['a', 'b'], limits: { maxFieldChars: 30 } };
      const { batches } = readRecords(inChunks(text, size), request);
      const records = [];
      for await (const batch of batches) records.push(...batch);
      expect(records).toMatchObject([
        { record: 1, fields: ['1', undefined], oversized: [1] },
        { record: 2, fields: ['2', ''], oversized: undefined },
      ]);
    }
  });
});
