import { describe, expect, it } from 'vitest';
import { inChunks } from '../../test/sources.js';
import { readRecords } from './read-records.js';
import type { ReadRequest } from './types.js';

const MAX_BYTES = 100_000;
const BIG = 'x'.repeat(300_000);
const LINES = 'line\n'.repeat(60_000);

const item = (body: string, attributes = '') => `<item${attributes}>${body}</item>`;
const xml = (second: string) => `<list>${item('<id>1</id>')}${second}${item('<id>3</id>')}</list>`;
const json = (second: object) => JSON.stringify({ items: [{ id: 1 }, second, { id: 3 }], next: 'x' });

const XML: Partial<ReadRequest> = { recordPath: '/list/item' };
const ITEMS: Partial<ReadRequest> = { recordPath: '/items', parseOptions: { format: 'json' } };
const LINES_OF_JSON: Partial<ReadRequest> = { recordPath: '/', parseOptions: { format: 'ndjson' } };
const ROWS: Partial<ReadRequest> = { recordPath: '/' };

async function read(text: string, request: Partial<ReadRequest>, chunkBytes: number) {
  const { batches, facts } = readRecords(inChunks(text, chunkBytes), {
    recordPath: '/',
    parseOptions: {},
    paths: ['id'],
    limits: { maxRecordBytes: MAX_BYTES },
    ...request,
  });
  const records = [];
  for await (const batch of batches) records.push(...batch);
  return { records, facts };
}

describe('a record over the limit', () => {
  it.each<[string, string, Partial<ReadRequest>]>([
    ['XML', xml(item(`<id>2</id><text>${BIG}</text>`)), XML],
    ['XML in one piece of CDATA', xml(item(`<id>2</id><![CDATA[</item>${BIG}]]>`)), XML],
    ['XML with a comment', xml(item(`<id>2</id><!-- </item>${BIG} -->`)), XML],
    ['XML with records in it', xml(item(`<item/><item a="/">${BIG}</item><b></c>`)), XML],
    ['XML in one attribute', xml(`<item a="${BIG}"/>`), XML],
    ['XML in one attribute of an inner element', xml(item(`<b a="${BIG}"/>`)), XML],
    ['JSON', json({ id: 2, text: `"]}${BIG}` }), ITEMS],
    ['JSON in many values', json({ id: 2, list: LINES.split('\n') }), ITEMS],
    [
      'JSON in objects by key',
      JSON.stringify({ a: { id: 1 }, b: { id: 2, text: BIG }, c: { id: 3 } }),
      { recordPath: '/~each', parseOptions: { format: 'json' } },
    ],
    [
      'JSON in arrays',
      JSON.stringify([['1'], ['2', BIG], ['3']]),
      { parseOptions: { format: 'json' }, paths: ['Column 1'] },
    ],
    ['lines of JSON', `{"id":1}\n{"id":2,"text":"${BIG}"}\n{"id":3}\n`, LINES_OF_JSON],
    ['lines of JSON, in the first one', `{"id":"${BIG}"}\n{"id":2}\n{"id":3}`, LINES_OF_JSON],
    ['CSV', `id,text\n1,a\n2,${BIG}\n3,c\n`, ROWS],
    ['CSV in a quoted cell', `id,text\n1,a\n2,"${BIG},\n""more""\n","x\ny"\n3,c\n`, ROWS],
  ])('is skipped, and the others are read: %s', async (_, text, request) => {
    for (const chunkBytes of [4096, 65_536, 1_000_000]) {
      const { records, facts } = await read(text, request, chunkBytes);
      const large = records.findIndex(({ isTooLarge }) => isTooLarge);
      expect(records.map(({ record }) => record)).toEqual([1, 2, 3]);
      expect(records[large]?.fields).toEqual([undefined]);
      expect(records.filter(({ isTooLarge }) => !isTooLarge).map(({ fields }) => fields)).toEqual(
        ['1', '2', '3'].filter((__, index) => index !== large).map((id) => [id]),
      );
      expect(facts.incomplete?.reason).toBe('records_skipped');
    }
  });

  it('does not end where another one begins, if its own end is missing', async () => {
    const { records, facts } = await read(`${xml(item(BIG)).slice(0, 200_000)}`, XML, 4096);
    expect(records.map(({ fields }) => fields)).toEqual([['1']]);
    expect(facts.incomplete?.reason).toBe('root_open');
  });

  it('keeps the number and the values of what encloses it', async () => {
    const text = JSON.stringify({ groups: [{ items: [{ text: BIG }, { id: 2 }], name: 'G' }] });
    const request = { recordPath: '/groups/items', paths: ['id', '/groups/name'] };
    const { records } = await read(text, { ...request, parseOptions: { format: 'json' } }, 65_536);
    expect(records).toMatchObject([
      { record: 1, fields: [undefined, 'G'], isTooLarge: true },
      { record: 2, fields: ['2', 'G'] },
    ]);
  });
});
