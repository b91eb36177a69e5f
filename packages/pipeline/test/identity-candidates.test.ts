import { expect, test } from 'vitest';
import { findIdentityCandidates, outlineSource } from '../src/index.js';

async function candidatesOf(text: string, recordPath?: string) {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const { outline } = await outlineSource(bytes(), { recordPath });
  return findIdentityCandidates(outline);
}

const json = (records: readonly object[]) => JSON.stringify(records);
const three = (record: (n: number) => object) => json([1, 2, 3].map(record));

test.each<[string, string, readonly string[], string | null]>([
  ['id before sku', three((n) => ({ sku: `s${n}`, id: n, title: 't' })), ['id', 'sku'], null],
  ['the id of a thing', three((n) => ({ title: 't', product_id: n, category_id: n })), ['product_id'], null],
  [
    'an id inside a wrapper',
    three((n) => ({ attributes: { uuid: `u${n}` }, author: { id: n } })),
    ['attributes/uuid'],
    null,
  ],
  [
    'headings in any spelling',
    'Title,Product ID,Item Number\na,1,x\nb,2,y\nc,3,z\n',
    ['Product ID', 'Item Number'],
    null,
  ],
  ['a first heading that ends with id', 'Station ID,Owner ID\n7,1\n8,2\n9,3\n', ['Station ID'], null],
  ['no position', '#,row,no,index,rank,name\n1,1,1,1,1,a\n2,2,2,2,2,b\n3,3,3,3,3,c\n', [], null],
  ['no id that a sample repeats', 'id,name\n1,a\n1,b\n2,c\n', [], null],
  ['an attribute', '<r><p sku="1" id="a"/><p sku="2" id="b"/><p sku="3" id="c"/></r>', ['@id', '@sku'], null],
  [
    'the page itself as link, not its picture',
    three((n) => ({ image_url: `i${n}`, url: `u${n}` })),
    [],
    'url',
  ],
  [
    'the address of a sitemap',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://e.example/1</loc></url><url><loc>https://e.example/2</loc></url><url><loc>https://e.example/3</loc></url></urlset>',
    [],
    'loc',
  ],
])('%s', async (_, text, ids, link) => {
  expect(await candidatesOf(text)).toEqual({ ids, link });
});

test('the keys of an object are ids unless they count its members', async () => {
  const member = { title: 'T', price: 1, url: 'https://e.example/' };
  const keyed = (keys: readonly string[]) =>
    JSON.stringify({ items: Object.fromEntries(keys.map((key, n) => [key, { ...member, price: n }])) });
  expect(await candidatesOf(keyed(['a-17', 'b-9', 'c-2', 'd-1']), '/items/~each')).toMatchObject({
    ids: ['~key'],
  });
  expect(await candidatesOf(keyed(['0', '1', '2', '3']), '/items/~each')).toMatchObject({ ids: [] });
});

test('the key of an object around several records is no id of them', async () => {
  const region = (name: string) => ({
    name,
    items: [1, 2, 3].map((n) => ({ sku: `${name}${n}`, price: n })),
  });
  const text = JSON.stringify({ regions: { north: region('n'), south: region('s'), west: region('w') } });
  expect(await candidatesOf(text, '/regions/~each/items')).toEqual({ ids: ['sku'], link: null });
});

test('a feed has agreed paths', async () => {
  expect(
    await candidatesOf('<rss version="2.0"><channel><item><guid>1</guid></item></channel></rss>'),
  ).toBeNull();
});
