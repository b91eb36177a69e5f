import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, decoded, fixture } from '../../../test/decoded.js';
import { outlineJson } from './outline-json.js';

const outlineOf = (text: string | Buffer, options = {}) =>
  outlineJson(decoded(text), { format: 'json', ...options });

const pathsOf = async (text: string, options = {}) => {
  const { recordPaths } = await outlineOf(text, options);
  return recordPaths.map(({ path, count }) => `${path} ${count}`);
};

describe('the outline of JSON', () => {
  it.each(CHUNK_SIZES)(
    'tells version, headings and records of a feed, in chunks of %i bytes',
    async (chunkBytes) => {
      const outline = await outlineJson(decoded(fixture('feed-1.1.json'), chunkBytes), {
        format: 'json_feed',
      });
      expect(outline).toMatchObject({
        format: 'json_feed',
        formatVersion: '1.1',
        isComplete: true,
        recordPath: '/items',
        recordCount: 2,
        parseOptions: { format: 'json_feed', encoding: 'utf-8' },
        warnings: [],
      });
      expect(
        outline.headings.map(({ path, label, records, mostRepeats }) => [path, label, records, mostRepeats]),
      ).toEqual([
        ['id', 'items > id', 2, 1],
        ['content_text', 'items > content_text', 2, 1],
        ['authors/name', 'items > authors > name', 1, 2],
        ['tags', 'items > tags', 1, 2],
        ['/version', 'version', 2, 1],
        ['/title', 'title', 2, 1],
        ['/home_page_url', 'home_page_url', 2, 1],
      ]);
      const above = ['https://jsonfeed.org/version/1.1', 'Nordlys, the "blog"', 'https://example.com/'];
      expect(outline.records).toEqual([
        ['1', 'Hei', 'Ann, Bob', 'a, b', ...above],
        ['2', 'på igjen', null, null, ...above],
      ]);
    },
  );

  it.each([
    ['a list at the root', '[{"a":1},{"a":2}]', ['/ 2']],
    [
      'the list that covers most',
      '{"links":[{"r":1}],"items":[{"a":"long text"},{"a":"more"}]}',
      ['/items 2', '/links 1', '/ 1'],
    ],
    [
      'the outer list before the lists in its members',
      '[{"a":1,"b":1,"v":[{"s":1},{"s":2}]},{"a":2,"b":2,"v":[{"s":3}]}]',
      ['/ 2', '/v 3'],
    ],
    [
      'the inner list that holds most of the values',
      '[{"a":1,"v":[{"s":1},{"s":2}]},{"a":2,"v":[{"s":3}]}]',
      ['/v 3', '/ 2'],
    ],
    [
      'the inner list of a single wrapper',
      '[{"page":1,"hits":[{"a":1},{"a":2},{"a":3}]}]',
      ['/hits 3', '/ 1'],
    ],
    ['rows of plain values', '{"values":[["a",1],["b",2]]}', ['/values 2', '/ 1']],
    ['a single object', '{"id":1,"tags":["a","b"]}', ['/ 1']],
    ['a list of plain values', '["a","b"]', ['/ 2']],
    ['an empty list', '[]', ['/ 0']],
    [
      'an empty list under a usual key',
      '{"meta":[{"a":1}],"results":[], "rest": "of the file is longer"}',
      ['/results 0', '/meta 1', '/ 1'],
    ],
    [
      'a list with records before an empty one, if both have usual keys',
      '{"items":[],"entries":[{"id":"1"}],"rest":"of the file is longer than the list"}',
      ['/entries 1', '/ 1'],
    ],
    [
      'lists of lists',
      '{"groups":[{"name":"A","items":[{"n":1}]},{"name":"B","items":[{"n":2}]}]}',
      ['/groups 2', '/groups/items 2', '/ 1'],
    ],
  ])('proposes %s', async (_, text, expected) => {
    expect(await pathsOf(text)).toEqual(expected);
  });

  it('proposes another list of a JSON Feed only if it has items there', async () => {
    expect(await pathsOf('{"items":[],"entries":[{"id":"1"},{"id":"2"}]}', { format: 'json_feed' })).toEqual([
      '/entries 2',
      '/ 1',
      '/items 0',
    ]);
    expect(await pathsOf('{"items":[],"authors":[{"name":"Ann"}]}', { format: 'json_feed' })).toEqual([
      '/items 0',
      '/authors 1',
      '/ 1',
    ]);
  });

  it('proposes the lines of NDJSON, and lists inside them after that', async () => {
    expect(await pathsOf('{"a":1,"v":[{"b":1},{"b":2}]}\n{"a":2}\n', { format: 'ndjson' })).toEqual([
      '/ 2',
      '/v 2',
    ]);
  });

  it('proposes the same list for NDJSON as for an array', async () => {
    const line = (id: number, count: number) => ({
      order_id: id,
      lines: Array.from({ length: count }, (_, n) => ({ sku: `s${n}`, quantity: n, price: n })),
    });
    const orders = [line(1, 2), line(2, 1)];
    const text = orders.map((order) => `${JSON.stringify(order)}\n`);
    const { recordPath, recordPaths } = await outlineOf(text.join(''), { format: 'ndjson' });
    const ofArray = await outlineOf(JSON.stringify(orders));
    expect([recordPath, recordPaths[0]]).toEqual([ofArray.recordPath, ofArray.recordPaths[0]]);
    expect(recordPaths).toEqual([
      { path: '/lines', label: 'lines', count: 3, parentPath: '/' },
      { path: '/', label: 'line', count: 2 },
    ]);
    const damaged = await outlineOf(`${text[0]}{"order_id": }\n${text[1]}`, { format: 'ndjson' });
    expect(damaged.recordPaths[0]).toMatchObject({ path: '/lines', count: 3 });
  });

  it('shows the records of the path that was picked', async () => {
    const outline = await outlineOf(fixture('nested-groups.json'), { recordPath: '/groups/items' });
    expect(outline.recordPath).toBe('/groups/items');
    expect(outline.recordCount).toBe(3);
    expect(
      outline.headings.map(({ path, isAboveRecord, samples }) => [path, isAboveRecord, samples]),
    ).toEqual([
      ['n', false, ['1', '2', '3']],
      ['/groups/name', true, ['A', 'C']],
      ['/meta/page', true, ['1']],
      ['/total', true, ['3']],
    ]);
  });

  it('keeps the digits of numbers, and keys that objects have by themselves', async () => {
    const { headings } = await outlineOf(
      '[{"__proto__":{"n":12345678901234567890},"constructor":1.50,"":1}]',
    );
    expect(headings.map(({ path, samples }) => [path, samples])).toEqual([
      ['__proto__/n', ['12345678901234567890']],
      ['constructor', ['1.50']],
    ]);
  });

  it('names plain records for people', async () => {
    const { headings } = await outlineOf('["a","b"]');
    expect(headings.map(({ path, label }) => [path, label])).toEqual([['.', 'value']]);
  });

  it('looks at the first bytes only, and leaves out the record that is cut off', async () => {
    const text = JSON.stringify(Array.from({ length: 100 }, () => ({ n: 'abc' })));
    const outline = await outlineJson(decoded(text, 64), { format: 'json', maxBytes: 1 + 12 * 10 + 5 });
    expect([outline.recordCount, outline.isComplete, outline.recordPaths[0]?.count]).toEqual([10, false, 10]);
  });

  it('counts records beyond those it looks into', async () => {
    const outline = await outlineOf('[{"a":1},{"b":1},{"c":1}]', { maxRecords: 2 });
    expect([outline.recordCount, outline.recordPaths[0]?.count, outline.headings.length]).toEqual([2, 3, 2]);
  });

  it('warns of a fault after the first record', async () => {
    const { warnings, recordCount } = await outlineOf(fixture('truncated.json'));
    expect(recordCount).toBe(2);
    expect(warnings.map(({ code, line }) => [code, line])).toEqual([['json_malformed', 4]]);
  });

  it.each([
    ['an empty object', '{}', {}, 'source_no_records'],
    [
      'a path that is not there',
      '{"items":[{"a":1}]}',
      { recordPath: '/item' },
      'source_record_path_unknown',
    ],
    ['a fault before the first record', '{"items":[{"a":}]}', {}, 'source_malformed'],
    ['deep nesting', '['.repeat(5000), {}, 'source_too_deep'],
  ])('refuses %s', async (_, text, options, code) => {
    await expect(outlineOf(text, options)).rejects.toMatchObject({ code });
  });

  it('does not grow without end on made-up keys', async () => {
    const record = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key${n}`, { [`a${n}`]: n }]));
    const { headings } = await outlineOf(JSON.stringify([record, record]));
    expect(headings).toHaveLength(1000);
  });
});
