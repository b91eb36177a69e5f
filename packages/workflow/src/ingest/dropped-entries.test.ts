import { columnSchema, type Mapping } from '@inlet/contracts';
import { mappingPaths, readRecords } from '@inlet/pipeline';
import { expect, it } from 'vitest';
import { watchDroppedEntries } from './dropped-entries.js';

const VARIANTS = [
  { sku: 'T-50', price: 4 },
  { sku: 'T-100', price: 7 },
];
const FIELDS = {
  title: 'Tea',
  body: 'Green',
  vendor: 'Leaf',
  type: 'Drinks',
  made: 'x',
  kept: 'y',
  slug: 'tea',
};
const SOURCE = JSON.stringify({ products: [1, 2].map((id) => ({ id, ...FIELDS, variants: VARIANTS })) });
const COLUMNS = ['title', 'sku', 'price'].map((key) =>
  columnSchema.parse({ key, name: key, type: key === 'price' ? 'number' : 'text' }),
);

async function warningsOf(mapping: Mapping, source = SOURCE) {
  async function* bytes() {
    yield Buffer.from(source);
  }
  const paths = mappingPaths(mapping);
  const watched = watchDroppedEntries(mapping, { columns: COLUMNS, paths, recordPath: '/products' });
  const { batches } = readRecords(bytes(), { recordPath: '/products', parseOptions: {}, paths });
  for await (const batch of batches) watched.note(batch);
  return watched.warnings();
}

it('warns if several columns take one entry of a list in the records', async () => {
  const mapping: Mapping = [
    { column: 'sku', path: 'variants/sku', repeat: 'first' },
    { column: 'price', path: 'variants/price' },
  ];
  const message =
    'Only the first of up to 2 entries of "products > variants" is used. Choose it as the records to get a row for each entry.';
  expect(await warningsOf(mapping)).toMatchObject([{ code: 'entries_dropped', message }]);
});

it('does not warn of one such column, or of joined values', async () => {
  expect(
    await warningsOf([
      { column: 'title', path: 'title' },
      { column: 'sku', path: 'variants/sku' },
      { column: 'price', path: 'variants/price' },
    ]),
  ).toEqual([]);
});

it('warns if a single column takes one of several long texts', async () => {
  const parts = ['Tasks', 'Profile'].map((sku) => ({ sku: `${sku} ${'x'.repeat(100)}` }));
  const source = JSON.stringify({ products: [1, 2].map((id) => ({ id, ...FIELDS, variants: parts })) });
  expect(await warningsOf([{ column: 'sku', path: 'variants/sku', repeat: 'first' }], source)).toMatchObject([
    { code: 'entries_dropped' },
  ]);
  expect(await warningsOf([{ column: 'sku', path: 'variants/sku', repeat: 'join' }], source)).toEqual([]);
});
