import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, inChunks, readAll } from '../../test/sources.js';
import { outlineSource } from './outline-source.js';

const COURSES = `<courses>
  <course><id>1</id><title>First</title><modules><module><mid>a</mid></module><module><mid>b</mid></module></modules></course>
  <course><id>2</id><title>Second</title><modules><module><mid>c</mid></module></modules></course>
</courses>`;
const MODULE = '/courses/course/modules/module';

const textsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => [`field${'abcdefghijklmnop'[n]}`, 'x']);
const texts = (count: number) =>
  textsOf(count)
    .map(([name]) => `<${name}>x</${name}>`)
    .join('');
const fieldsOf = (count: number) => Object.fromEntries(textsOf(count));
const DESCRIBED_CATEGORIES = JSON.stringify({
  categories: [1, 2].map(() => ({ ...fieldsOf(10), products: Array(5).fill(fieldsOf(6)) })),
});
const DESCRIBED_PRODUCTS = JSON.stringify({
  products: [1, 2].map(() => ({ ...fieldsOf(10), variants: Array(5).fill(fieldsOf(12)) })),
});
const SHOP =
  '<shop name="S"><category name="Shoes"><p><sku>1</sku></p><p><sku>2</sku></p></category>' +
  '<category name="Hats"><p><sku>3</sku></p></category></shop>';

const rowsOf = async (xml: string, recordPath: string, paths: string[]) =>
  (await readAll(xml, { recordPath, paths })).rows;

describe('values of enclosing elements in XML', () => {
  it.each(CHUNK_SIZES)('belong to the records inside, in chunks of %i bytes', async (chunkSize) => {
    const paths = ['/courses/course/title', 'mid', '/courses/course/id', '/courses/course/title'];
    const { rows, facts } = await readAll(COURSES, { recordPath: MODULE, paths }, chunkSize);
    expect(rows).toEqual([
      ['First', 'a', '1', 'First'],
      ['First', 'b', '1', 'First'],
      ['Second', 'c', '2', 'Second'],
    ]);
    expect(facts.warnings).toEqual([]);
  });

  it('include attributes of every level', async () => {
    expect(await rowsOf(SHOP, '/shop/category/p', ['sku', '/shop/category/@name', '/shop/@name'])).toEqual([
      ['1', 'Shoes', 'S'],
      ['2', 'Shoes', 'S'],
      ['3', 'Hats', 'S'],
    ]);
  });

  it.each(CHUNK_SIZES)('may follow the records, in chunks of %i bytes', async (chunkSize) => {
    const xml =
      '<l><g><r>1</r><r>2</r><name>A</name><tag>x</tag></g><g><tag>y</tag><r>3</r><tag>z</tag></g><g><r>4</r></g><end>E</end></l>';
    const paths = ['.', '/l/g/name', '/l/g/tag', '/l/end'];
    const { rows } = await readAll(xml, { recordPath: '/l/g/r', paths }, chunkSize);
    expect(rows).toEqual([
      ['1', 'A', 'x', 'E'],
      ['2', 'A', 'x', 'E'],
      ['3', undefined, ['y', 'z'], 'E'],
      ['4', undefined, undefined, 'E'],
    ]);
  });

  it('are read from elements beside the records at any depth', async () => {
    const xml =
      '<l><g><about><name lang="en">A <b>1</b></name><mail>a@x</mail></about><r>1</r></g><g><about/><r>2</r></g></l>';
    const paths = ['.', '/l/g/about/name', '/l/g/about/name/@lang', '/l/g/about/mail'];
    expect(await rowsOf(xml, '/l/g/r', paths)).toEqual([
      ['1', 'A 1', 'en', 'a@x'],
      ['2', undefined, undefined, undefined],
    ]);
  });

  it('include the text before the first element of a level', async () => {
    const xml = '<l><g>Shoes<r>1</r><r>2</r></g><g> <r>3</r></g></l>';
    expect(await rowsOf(xml, '/l/g/r', ['.', '/l/g'])).toEqual([
      ['1', 'Shoes'],
      ['2', 'Shoes'],
      ['3', undefined],
    ]);
  });

  it('do not multiply: a thousand parents make rows of the same size as ten', async () => {
    const course = (n: number) =>
      `<course><title>Course ${n}</title><module><mid>${n}</mid></module></course>`;
    const xml = `<courses>${Array.from({ length: 1000 }, (_, n) => course(n)).join('')}</courses>`;
    const rows = await rowsOf(xml, '/courses/course/module', ['/courses/course/title', 'mid']);
    expect(rows).toHaveLength(1000);
    expect(rows[999]).toEqual(['Course 999', '999']);
    expect(JSON.stringify(rows).length).toBeLessThan(xml.length);
  });

  it('keep the first hundred of a long list beside the records, with a warning', async () => {
    const xml = `<l>${'<brand>b</brand>'.repeat(150)}<r>1</r></l>`;
    const { rows, facts } = await readAll(xml, { recordPath: '/l/r', paths: ['/l/brand'] });
    expect(rows[0]?.[0]).toHaveLength(100);
    expect(facts.warnings.map(({ code }) => code)).toEqual(['above_record_many']);
  });

  it('are left out with a warning if they follow the first record by more than a megabyte', async () => {
    const record = `<r>${'x'.repeat(1000)}</r>`;
    const xml = `<l><g><name>A</name>${record.repeat(1500)}<late>L</late></g><g><late>M</late>${record}</g></l>`;
    const read = (size: number) =>
      readAll(xml, { recordPath: '/l/g/r', paths: ['/l/g/name', '/l/g/late'] }, size);
    const { rows, facts } = await read(65_536);
    expect([rows.length, rows[0], rows[1499], rows[1500]]).toEqual([
      1501,
      ['A', undefined],
      ['A', undefined],
      [undefined, 'M'],
    ]);
    expect(facts.warnings.map(({ code }) => code)).toEqual(['xml_value_after_records']);
    expect((await read(1_000)).rows).toEqual(rows);
  });

  it('do not take records into an element whose end tag is missing', async () => {
    const xml = '<l><name>N</name><note>open<r>1</r><r>2</r></l>';
    const { rows } = await readAll(xml, { recordPath: '/l/note/r', paths: ['.', '/l/name', '/l/note'] });
    expect(rows).toEqual([
      ['1', 'N', 'open'],
      ['2', 'N', 'open'],
    ]);
  });
});

describe('values of enclosing objects in JSON', () => {
  const COURSES_JSON = JSON.stringify({
    courses: [
      { id: 1, title: 'First', modules: [{ mid: 'a' }, { mid: 'b' }] },
      { id: 2, title: 'Second', modules: [{ mid: 'c' }] },
    ],
    count: 2,
  });

  it.each(CHUNK_SIZES)('belong to the records inside, in chunks of %i bytes', async (chunkSize) => {
    const paths = ['/courses/title', 'mid', '/courses/id', '/count', '/courses/title'];
    const { rows, facts } = await readAll(COURSES_JSON, { recordPath: '/courses/modules', paths }, chunkSize);
    expect(rows).toEqual([
      ['First', 'a', '1', '2', 'First'],
      ['First', 'b', '1', '2', 'First'],
      ['Second', 'c', '2', '2', 'Second'],
    ]);
    expect(facts.warnings).toEqual([]);
  });

  it('may follow the records, and repeat inside one object', async () => {
    const text =
      '{"g":[{"r":[{"n":1},{"n":2}],"tags":["x","y"],"about":{"name":"A"}},{"r":[{"n":3}]},{"tags":["z"],"r":[{"n":4}]}]}';
    const paths = ['n', '/g/tags', '/g/about/name'];
    expect((await readAll(text, { recordPath: '/g/r', paths })).rows).toEqual([
      ['1', ['x', 'y'], 'A'],
      ['2', ['x', 'y'], 'A'],
      ['3', undefined, undefined],
      ['4', 'z', undefined],
    ]);
  });

  it('belong to their own line of NDJSON', async () => {
    const text = '{"id":1,"r":[{"n":1},{"n":2}]}\n{"id":2,"r":[{"n":3}]}\n';
    const { rows } = await readAll(text, { recordPath: '/r', paths: ['n', '/id'] });
    expect(rows).toEqual([
      ['1', '1'],
      ['2', '1'],
      ['3', '2'],
    ]);
  });

  it('do not multiply: a thousand parents make rows of the same size as ten', async () => {
    const courses = Array.from({ length: 1000 }, (_, n) => ({ title: `Course ${n}`, modules: [{ mid: n }] }));
    const text = JSON.stringify({ courses });
    const { rows } = await readAll(text, {
      recordPath: '/courses/modules',
      paths: ['/courses/title', 'mid'],
    });
    expect(rows).toHaveLength(1000);
    expect(rows[999]).toEqual(['Course 999', '999']);
    expect(JSON.stringify(rows).length).toBeLessThan(text.length);
  });

  it('are headings of the outline, with the object that they belong to', async () => {
    const { outline } = await outlineSource(inChunks(COURSES_JSON), { recordPath: '/courses/modules' });
    expect(
      outline.headings.map(({ path, enclosingPath, samples }) => [path, enclosingPath, samples]),
    ).toEqual([
      ['mid', undefined, ['a', 'b', 'c']],
      ['/courses/id', '/courses', ['1', '2']],
      ['/courses/title', '/courses', ['First', 'Second']],
      ['/count', undefined, ['2']],
    ]);
    expect(outline.records).toEqual([
      ['a', '1', 'First', '2'],
      ['b', '1', 'First', '2'],
      ['c', '2', 'Second', '2'],
    ]);
    expect(outline.recordPaths.map(({ path, parentPath }) => [path, parentPath])).toEqual([
      ['/courses', undefined],
      ['/courses/modules', '/courses'],
      ['/', undefined],
    ]);
  });

  it.each([
    [
      'products inside categories',
      '{"categories":[{"name":"Shoes","products":[{"sku":1},{"sku":2}]},{"name":"Hats","products":[{"sku":3}]}]}',
      '/categories/products',
    ],
    [
      'variants with more fields than their product',
      '[{"id":1,"v":[{"sku":"a","size":"S"},{"sku":"b","size":"M"}]},{"id":2,"v":[{"sku":"c","size":"S"}]}]',
      '/v',
    ],
    ['products inside categories that are described in full', DESCRIBED_CATEGORIES, '/categories/products'],
    ['variants of products that are described in full', DESCRIBED_PRODUCTS, '/products'],
    [
      'lines with as many fields as their order',
      '[{"no":1,"customer":"Ann","lines":[{"sku":"a","qty":1},{"sku":"b","qty":2}]},{"no":2,"customer":"Bob","lines":[{"sku":"c","qty":1}]}]',
      '/',
    ],
    [
      'a list of plain values inside a record',
      '[{"id":1,"tags":["a","b","c"]},{"id":2,"tags":["a","b","c"]}]',
      '/',
    ],
    ['a list with one record', '{"products":[{"sku":"A1","name":"Chair"}]}', '/products'],
  ])('decide which list is proposed: %s', async (_, text, recordPath) => {
    const { outline } = await outlineSource(inChunks(text));
    expect(outline.recordPath).toBe(recordPath);
  });
});

describe('the outline of an inner list', () => {
  const outlineOf = async (text: string, recordPath?: string) =>
    (await outlineSource(inChunks(text), { recordPath })).outline;

  it('has the values of the elements around it as headings, and their values in each record', async () => {
    const outline = await outlineOf(COURSES, MODULE);
    const about = outline.headings.map(({ path, isAboveRecord, enclosingPath, samples, coverage }) => [
      path,
      isAboveRecord,
      enclosingPath,
      samples,
      coverage,
    ]);
    expect(about).toEqual([
      ['mid', false, undefined, ['a', 'b', 'c'], 1],
      ['/courses/course/id', true, '/courses/course', ['1', '2'], 1],
      ['/courses/course/title', true, '/courses/course', ['First', 'Second'], 1],
    ]);
    expect(outline.records).toEqual([
      ['a', '1', 'First'],
      ['b', '1', 'First'],
      ['c', '2', 'Second'],
    ]);
    expect(outline.recordPaths.find(({ path }) => path === MODULE)?.parentPath).toBe('/courses/course');
  });

  it('is proposed if the elements around it are groups', async () => {
    const outline = await outlineOf(SHOP);
    expect(outline.recordPath).toBe('/shop/category/p');
    expect(outline.recordPaths.map(({ path, count, parentPath }) => [path, count, parentPath])).toEqual([
      ['/shop/category/p', 3, '/shop/category'],
      ['/shop/category', 2, undefined],
    ]);
    expect(outline.headings.map(({ path, enclosingPath }) => [path, enclosingPath])).toEqual([
      ['sku', undefined],
      ['/shop/category/@name', '/shop/category'],
      ['/shop/@name', undefined],
    ]);
  });

  it.each([
    [
      'variants with more fields than their product',
      '<ps>' +
        '<p><id>1</id><v><sku>a</sku><size>S</size></v><v><sku>b</sku><size>M</size></v></p>'.repeat(3) +
        '</ps>',
      '/ps/p/v',
    ],
    [
      'products inside categories that are described in full',
      `<shop>${`<category>${texts(10)}${`<product>${texts(6)}</product>`.repeat(5)}</category>`.repeat(2)}</shop>`,
      '/shop/category/product',
    ],
    [
      'variants of products that are described in full',
      `<shop>${`<product>${texts(10)}${`<variant>${texts(12)}</variant>`.repeat(5)}</product>`.repeat(2)}</shop>`,
      '/shop/product',
    ],
    [
      'lines of an order that is described in full',
      `<orders>${`<order>${texts(9)}${`<item>${texts(6)}</item>`.repeat(5)}</order>`.repeat(2)}</orders>`,
      '/orders/order',
    ],
    [
      'pictures of a product with many fields',
      '<ps>' +
        '<p><id>1</id><name>N</name><price>1</price><pic><url>u</url><alt>a</alt></pic><pic><url>u</url><alt>a</alt></pic></p>'.repeat(
          3,
        ) +
        '</ps>',
      '/ps/p',
    ],
    [
      'a list of plain values inside a record',
      `<ps>${'<p><id>1</id><tag>a</tag><tag>b</tag><tag>c</tag></p>'.repeat(3)}</ps>`,
      '/ps/p',
    ],
    [
      'parameters with a name as attribute',
      `<ps>${`<p id="1"><name>N</name>${'<param name="a">1</param>'.repeat(9)}</p>`.repeat(3)}</ps>`,
      '/ps/p',
    ],
    [
      'a list with one record',
      '<products><product><sku>A1</sku><name>Chair</name></product></products>',
      '/products/product',
    ],
    [
      'a list with one record in a wrapper',
      '<x><data><thing><a>1</a><b>2</b></thing></data></x>',
      '/x/data/thing',
    ],
    [
      'items inside an element that RSS does not know',
      '<rss version="2.0"><channel><title>S</title><items><item><title>One</title><link>https://e.example/1</link></item></items></channel></rss>',
      '/rss/channel/item',
    ],
    [
      'items with one field beside an empty channel',
      '<rss version="2.0"><channel/><items><item><title>A</title></item><item><title>B</title></item></items></rss>',
      '/rss/items/item',
    ],
    [
      'one such item',
      '<rss version="2.0"><channel/><items><item><title>A</title></item></items></rss>',
      '/rss/items/item',
    ],
    [
      'entries with one field in the wrong place of Atom',
      '<feed xmlns="http://www.w3.org/2005/Atom"><x/><list><part><entry><title>A</title></entry><entry><title>B</title></entry></part></list></feed>',
      '/feed/entry',
    ],
    [
      'an empty feed with repeating details',
      '<rss version="2.0"><channel><title>S</title><category>a</category><category>b</category><image><url>u</url><title>S</title></image></channel></rss>',
      '/rss/channel/item',
    ],
  ])('decides about %s', async (_, xml, recordPath) => {
    expect((await outlineOf(xml)).recordPath).toBe(recordPath);
  });
});
