import { describe, expect, it } from 'vitest';
import { inChunks } from '../../test/sources.js';
import { outlineSource } from './outline-source.js';

async function warningsOf(source: string, maxBytes?: number) {
  const { outline } = await outlineSource(inChunks(source), { maxBytes });
  return outline.warnings.map(({ code, message }) => [code, message]);
}
const codesOf = async (source: string, maxBytes?: number) =>
  (await warningsOf(source, maxBytes)).map(([code]) => code);

describe('the outline of a source without records', () => {
  it.each([
    ['{"error":"invalid key"}', 'invalid key'],
    ['{"error":{"code":401,"message":"Sign in"}}', 'Sign in'],
    ['{"errors":[{"message":"Unknown field"}],"data":null}', 'Unknown field'],
    ['{"error":"quota exceeded","items":[]}', 'quota exceeded'],
  ])('says that %s is an error of the service', async (source, text) => {
    expect(await warningsOf(source)).toEqual([
      ['source_answers_error', `The source answers with an error instead of records: ${text}`],
    ]);
  });

  it.each([
    '{"items":[],"total":0}',
    'sku,name\n',
    '<rss version="2.0"><channel><title>T</title></channel></rss>',
  ])('says that %s has no records', async (source) => {
    expect(await codesOf(source)).toContain('records_none');
  });

  it('says that the first record is larger than the part that was read', async () => {
    const source = JSON.stringify({ items: [{ id: 1, text: 'x'.repeat(3000) }, { id: 2 }] });
    expect(await codesOf(source, 1000)).toEqual(['record_exceeds_outline']);
  });
});

it.each([
  '[{"id":1,"error":"none"}]',
  '{"error":false,"items":[{"id":1},{"id":2}]}',
  '{"error":null,"id":1}',
])('does not take %s for an error', async (source) => {
  expect(await codesOf(source)).toEqual([]);
});

describe('the outline of records with many fields', () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => `f${n}`);
  const csv = (count: number) => `${names(count).join(',')}\n${names(count).join(',')}\n`;
  const json = (count: number) =>
    JSON.stringify([Object.fromEntries(names(count).map((name) => [name, name]))]);
  const xml = (count: number) =>
    `<r>${`<p>${names(count)
      .map((name) => `<${name}>1</${name}>`)
      .join('')}</p>`.repeat(2)}</r>`;

  it.each([
    ['CSV', csv, 1000],
    ['JSON', json, 1000],
    ['XML', xml, 800],
  ])('says that not all fields of %s are offered', async (_, source, most) => {
    expect(await codesOf(source(most))).toEqual([]);
    const { outline } = await outlineSource(inChunks(source(most + 1)));
    expect(outline.headings).toHaveLength(most);
    expect(outline.warnings).toMatchObject([{ code: 'headings_left_out', parameters: { n: most } }]);
  });
});
