import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, fixtureBytes, inChunks, readAll } from '../../test/sources.js';
import { readXmlInWindows } from '../../test/xml-windows.js';
import { outlineSource } from './outline-source.js';
import { readRecords } from './read-records.js';
import type { ReadLimits, ReadRequest } from './types.js';

interface Case {
  readonly recordPath: string;
  readonly paths: string[];
  readonly rows: (string | string[] | undefined)[][];
  /** Code, line and column. */
  readonly warnings?: (string | number)[][];
  readonly namespaces?: Record<string, string>;
}

const RSS = '/rss/channel/item';

const CASES: Record<string, Case> = {
  'rss-item-without-description.xml': {
    recordPath: RSS,
    paths: ['title', 'description', '/rss/channel/title', '/rss/@version'],
    rows: [
      ['One', 'First', 'Shop', '2.0'],
      ['Two', undefined, 'Shop', '2.0'],
      ['Three', 'Third', 'Shop', '2.0'],
    ],
  },
  'rdf-items-siblings.xml': {
    recordPath: '/rdf:RDF/item',
    paths: ['@rdf:about', 'title', 'dc:date', '/rdf:RDF/channel/items/rdf:Seq/rdf:li/@rdf:resource'],
    rows: [1, 2].map((n) => [
      `https://news.example/${n}`,
      n === 1 ? 'One' : 'Two',
      `2024-01-0${n}T10:00:00Z`,
      ['https://news.example/1', 'https://news.example/2'],
    ]),
  },
  'rdf-rss-prefixed.xml': {
    recordPath: '/rdf:RDF/item',
    paths: ['@rdf:about', 'title', '/rdf:RDF/channel/title'],
    rows: [
      ['https://news.example/1', 'One', 'News'],
      ['https://news.example/2', 'Two', 'News'],
    ],
  },
  'atom-xhtml-content.xml': {
    recordPath: '/feed/entry',
    paths: [
      'title',
      'content',
      'content/@type',
      'author/name',
      'author',
      'link/@href',
      '@xml:lang',
      '/feed/title',
    ],
    rows: [
      [
        'One',
        '<p>Hello <b>world</b> &amp; more</p><div>inner</div>',
        'xhtml',
        'Ann',
        'Annann@example.com',
        ['https://atom.example/1', 'https://atom.example/1.mp3'],
        undefined,
        'Atom <feed>',
      ],
      [
        'Two &amp; a half',
        '<p>Hi</p>',
        'html',
        ['Bob', 'Cid'],
        ['Bob', 'Cid'],
        'https://atom.example/2',
        'de',
        'Atom <feed>',
      ],
    ],
  },
  'atom-prefixed-root.xml': {
    recordPath: '/feed/entry',
    paths: ['id', 'title', '/feed/title'],
    rows: [['1', 'One', 'T']],
  },
  'namespaces-other-prefixes.xml': {
    recordPath: RSS,
    namespaces: { media2: 'urn:not-media', shop: 'urn:shop', shop2: 'urn:other-shop' },
    paths: [
      'media:content/@url',
      'media2:content',
      'shop:price',
      'shop:price/@shop:currency',
      'shop2:price',
      'title',
    ],
    rows: [
      ['https://a.example/1.jpg', 'other', '1.00', 'EUR', undefined, 'One'],
      ['https://a.example/2.jpg', undefined, undefined, undefined, '2.00', 'Two'],
    ],
  },
  'undeclared-prefix.xml': {
    recordPath: RSS,
    paths: ['media:thumbnail/@url'],
    rows: [['https://a.example/t.jpg']],
  },
  'default-namespace-undone.xml': {
    recordPath: '/catalog/entry',
    paths: ['name', 'note'],
    rows: [
      ['A', ['plain', 'same']],
      ['B', undefined],
    ],
  },
  'atom-xhtml-outer-div.xml': {
    recordPath: '/feed/entry',
    paths: ['title', 'content'],
    rows: [
      ['comment and CDATA', 'a<!-- </div> --><div>b</div><![CDATA[<div>]]>'],
      ['prefix and attribute', '<b>ü</b>'],
      ['two', '<div xmlns="http://www.w3.org/1999/xhtml">a</div><div>b</div>'],
      ['empty', '<div xmlns="http://www.w3.org/1999/xhtml"/>'],
      ['another element', '<p xmlns="http://www.w3.org/1999/xhtml">a<div/></p>'],
    ],
  },
  'cdata-with-closing-tag.xml': {
    recordPath: RSS,
    paths: ['title', 'description'],
    rows: [
      ['ends </item> not', 'a <b>&amp;</b> b'],
      [' spaced ', ''],
    ],
  },
  'nested-same-name.xml': {
    recordPath: '/list/item',
    paths: ['@id', 'name', 'item/@id', 'item/name', 'item/item'],
    rows: [
      ['1', 'outer', '2', 'inner', ''],
      ['3', 'last', undefined, undefined, undefined],
    ],
  },
  'leaf-and-parent.xml': {
    recordPath: '/list/row',
    paths: ['v', 'v/w', 'v/@a', '.'],
    rows: [
      ['text', undefined, undefined, 'text'],
      ['deep', 'deep', undefined, 'deep'],
      ['mixed bold end', 'bold', undefined, 'mixed bold end'],
      ['', undefined, '1', ''],
    ],
  },
  'object-prototype-names.xml': {
    recordPath: '/list/row',
    paths: ['constructor', '__proto__', 'toString', 'hasOwnProperty/@a', '__proto__/polluted', 'valueOf'],
    rows: [
      ['c1', 'p1', 't1', 'x', undefined, undefined],
      ['q', 'yes', undefined, undefined, 'yes', undefined],
    ],
  },
  'html-entities.xml': {
    recordPath: RSS,
    paths: ['title', 'link', 'guid', '/rss/channel/title'],
    rows: [['A\u00a0B é€€😀😀 ♥ &unknown; &lt;', 'https://a.example/?a=1&b=2&copy=3', 'x&y', 'Café']],
    warnings: [['xml_bare_ampersand', 2, 14]],
  },
  'truncated-in-item.xml': {
    recordPath: RSS,
    paths: ['title'],
    rows: [['One'], ['Two']],
    warnings: [['xml_truncated', 1, 130]],
  },
  'unclosed-tags.xml': {
    recordPath: RSS,
    paths: ['title', 'description', 'category'],
    rows: [
      ['One', 'line<br>break<img src="a.png">end', undefined],
      ['Two', undefined, 'a'],
      ['5 < 6 and <3', undefined, undefined],
      ['Last', undefined, undefined],
    ],
    warnings: [
      ['xml_mismatched_tag', 2, 71],
      ['xml_stray_markup', 4, 16],
    ],
  },
  'single-item.xml': { recordPath: RSS, paths: ['title', 'guid'], rows: [['Only', '1']] },
  'empty-rss.xml': { recordPath: RSS, paths: ['title'], rows: [] },
  'empty-atom.xml': { recordPath: '/feed/entry', paths: ['title'], rows: [] },
  'sitemap.xml': {
    recordPath: '/urlset/url',
    paths: ['loc', 'image:image/image:loc'],
    rows: [['https://a.example/', 'https://a.example/1.png']],
  },
  'unknown-xml-nested-lists.xml': {
    recordPath: '/export/orders/order',
    paths: ['@no', 'lines/line/sku', 'lines/line/qty', '/export/meta/currency', '/export/@date'],
    rows: [
      ['1', ['a', 'b'], ['1', '2'], 'EUR', '2024-05-01'],
      ['2', 'c', '3', 'EUR', '2024-05-01'],
    ],
  },
  'doctype-public.xml': { recordPath: RSS, paths: ['title'], rows: [['One']] },
  'warning-before-xml.xml': {
    recordPath: RSS,
    paths: ['title'],
    rows: [['One'], ['Two']],
    warnings: [
      ['text_before_xml', 1, 1],
      ['xml_mismatched_tag', 4, 92],
    ],
  },
  'google-merchant.xml': {
    recordPath: RSS,
    paths: ['g:id', 'g:price', 'g:shipping/g:price', 'g:shipping/g:country'],
    rows: [
      ['00123', '19.90 EUR', ['4.90 EUR', '6.90 EUR'], ['DE', 'FR']],
      ['00124', '49.90 EUR', undefined, undefined],
    ],
  },
  'attributes-odd.xml': {
    recordPath: '/list/row',
    paths: ['@id', '@name', '@path', '@text', '@bare', '@flag'],
    rows: [
      ['single', 'spaced', 'a/b > c', 'line two tab & "q"', '7', ''],
      ['second', 'tight', undefined, undefined, undefined, undefined],
    ],
    warnings: [['xml_stray_markup', 1, 7]],
  },
  'channel-title-after-items.xml': {
    recordPath: RSS,
    paths: ['title', '/rss/channel/title', '/rss/channel/category', '/rss/channel/link'],
    rows: [
      ['One', 'Late', ['x', 'y'], undefined],
      ['Two', 'Late', ['x', 'y'], undefined],
    ],
    warnings: [['above_record_missing']],
  },
  'crlf-and-tabs.xml': {
    recordPath: '/list/row',
    paths: ['t'],
    rows: [['a\nb\nc\rd'], ['x']],
  },
  'iso-8859-1.xml': { recordPath: RSS, paths: ['title'], rows: [['naïve “quoted” €']] },
  'latin1-says-utf8.xml': {
    recordPath: RSS,
    paths: ['title', '/rss/channel/title'],
    rows: [['né» “quoted”', 'Café']],
    warnings: [['encoding_errors']],
  },
  'utf8-says-latin1.xml': {
    recordPath: RSS,
    paths: ['title'],
    rows: [['naïve']],
    warnings: [['encoding_mismatch']],
  },
  'utf-8-cut-character.xml': {
    recordPath: RSS,
    paths: ['title'],
    rows: [['né\ufffd end']],
    warnings: [['encoding_errors']],
  },
  'utf-8-bom.xml': { recordPath: RSS, paths: ['title'], rows: [['Zażółć 😀'], ['日本']] },
  'utf-16le-bom.xml': { recordPath: RSS, paths: ['title'], rows: [['Zażółć 😀'], ['日本']] },
  'utf-16be-no-bom.xml': { recordPath: RSS, paths: ['title'], rows: [['Zażółć 😀'], ['日本']] },
  'shift-jis.xml': {
    recordPath: RSS,
    paths: ['title', '/rss/channel/title'],
    rows: [['表示テスト', '日本語']],
  },
};

const requestOf = ({ recordPath, paths, namespaces }: Case): ReadRequest => ({
  recordPath,
  paths,
  parseOptions: namespaces === undefined ? {} : { namespaces },
});

describe.each(Object.entries(CASES))('%s', (name, expected) => {
  it.each(CHUNK_SIZES)('gives its records in chunks of %i bytes', async (chunkSize) => {
    const bytes = fixtureBytes(name);
    const { rows, facts, error } = await readAll(bytes, requestOf(expected), chunkSize);
    expect(error).toBeUndefined();
    expect(rows).toEqual(expected.rows);
    const places = facts.warnings.map(({ code, line, column }) =>
      line === undefined ? [code] : [code, line, column],
    );
    expect(places).toEqual(expected.warnings ?? []);
    expect({ bytes: facts.bytes, records: facts.records }).toEqual({
      bytes: bytes.length,
      records: expected.rows.length,
    });
  });
});

describe('windows of a few bytes', () => {
  const inUtf8 = Object.entries(CASES).filter(
    ([name]) => !/utf|latin1|iso-8859|jis|warning-before/.test(name),
  );

  it.each(inUtf8)('change nothing about %s', async (name, { recordPath, paths, rows, namespaces }) => {
    const relative = paths.filter((path) => !path.startsWith('/'));
    const expected = rows.map((row) => row.filter((_, index) => !paths[index]?.startsWith('/')));
    const options = { recordPath, paths: relative, ...(namespaces === undefined ? {} : { namespaces }) };
    for (const windowBytes of [1, 2, 5, 16, 64]) {
      const read = await readXmlInWindows(fixtureBytes(name), { ...options, windowBytes });
      expect(read.error).toBeUndefined();
      expect(read.rows).toEqual(expected);
    }
  });
});

const codeOf = (error: unknown): string | undefined =>
  error instanceof InletError ? error.code : String(error);

describe('what is no readable source', () => {
  const zip = Buffer.from('PK\x03\x04 more');
  const sources: [string, Uint8Array | string, string][] = [
    ['nothing', '', 'source_empty'],
    ['white space', ' \r\n\t', 'source_empty'],
    ['a byte order mark alone', '\ufeff', 'source_empty'],
    ['gzip', gzipSync('<rss/>'), 'source_binary'],
    ['zip', zip, 'source_binary'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'source_binary'],
    ['a PDF', '%PDF-1.7', 'source_binary'],
    ['zero bytes', '<rss>\0\0</rss>', 'source_binary'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 60, 0, 0, 0]), 'source_encoding_unknown'],
    [
      'an encoding that nobody knows',
      Buffer.from('<?xml version="1.0" encoding="klingon"?><a>\xe9</a>', 'latin1'),
      'source_encoding_unknown',
    ],
    ['a web page', fixtureBytes('html-page.html'), 'source_html'],
    ['an entity bomb', fixtureBytes('doctype-entity-bomb.xml'), 'source_entities_refused'],
    ['an external entity', fixtureBytes('doctype-external-entity.xml'), 'source_entities_refused'],
    ['another kind of XML', '<catalog><product/></catalog>', 'source_record_path_unknown'],
  ];

  it.each(sources)('%s', async (_, bytes, code) => {
    for (const size of CHUNK_SIZES) {
      const { error, rows } = await readAll(bytes, { recordPath: RSS, paths: ['title'] }, size);
      expect([codeOf(error), rows]).toEqual([code, []]);
    }
  });

  it('accepts an unknown encoding if the text is UTF-8', async () => {
    const xml =
      '<?xml version="1.0" encoding="ansi-foo"?><rss><channel><item><title>é</title></item></channel></rss>';
    const { rows, facts } = await readAll(xml, { recordPath: RSS, paths: ['title'] });
    expect(rows).toEqual([['é']]);
    expect(facts.warnings.map(({ code }) => code)).toEqual(['encoding_mismatch']);
  });

  it('takes the charset of the transport before the XML declaration, as RFC 7303 says', async () => {
    const xml = Buffer.from(
      '<?xml version="1.0" encoding="windows-1252"?><rss><channel><item><title>\xf1</title></item></channel></rss>',
      'latin1',
    );
    const read = (charset: string | null = null) =>
      readAll(xml, { recordPath: RSS, paths: ['title'], hints: { charset, baseUrl: null } });
    expect((await read('windows-1251')).rows).toEqual([['с']]);
    expect((await read()).rows).toEqual([['ñ']]);
    expect((await read('no-such-charset')).rows).toEqual([['ñ']]);
  });

  it('reports a format that was asked for and is not there as damage, with a place', async () => {
    const { error } = await readAll('{"a":1}', {
      recordPath: RSS,
      paths: ['title'],
      parseOptions: { format: 'rss' },
    });
    expect(error).toMatchObject({ code: 'source_malformed', extra: { line: 1, column: 1 } });
  });

  it('recognises a web page also where another format was asked for', async () => {
    const request = { recordPath: '/', paths: ['a'], parseOptions: { format: 'csv' as const } };
    expect(codeOf((await readAll(fixtureBytes('html-page.html'), request)).error)).toBe('source_html');
  });

  it('hands on what the source throws, after the records before it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<rss><channel><item><title>1</title></item><item><ti');
      throw new InletError('source_interrupted');
    }
    const { batches } = readRecords(broken(), { recordPath: RSS, paths: ['title'], parseOptions: {} });
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const batch of batches) seen.push(...batch.map(({ fields }) => fields[0]));
      })(),
    ).rejects.toMatchObject({ code: 'source_interrupted' });
    expect(seen).toEqual(['1']);
  });
});

describe('limits', () => {
  const item = (n: number, more = '') => `<item><title>${n}</title>${more}</item>`;
  const feed = (items: string[]) => `<rss><channel>${items.join('\n')}</channel></rss>`;
  const cases: [string, Partial<ReadLimits>, string, string, string[]][] = [
    ['records', { maxRecords: 2 }, feed([item(1), item(2), item(3)]), 'source_too_large', ['1', '2']],
    [
      'bytes of the source',
      { maxSourceBytes: 60 },
      feed([item(1), item(2), item(3)]),
      'source_too_large',
      ['1'],
    ],
    [
      'nesting inside a record',
      { maxDepth: 10 },
      feed([item(1), item(2, '<a>'.repeat(8) + '</a>'.repeat(8))]),
      'source_too_deep',
      ['1'],
    ],
    [
      'nesting outside the records',
      { maxDepth: 10 },
      `<rss><channel>${item(1)}${'<a>'.repeat(11)}`,
      'source_too_deep',
      ['1'],
    ],
    [
      'a comment that never ends',
      { maxRecordBytes: 200_000 },
      `<rss><channel>${item(1)}<!-- ${'x'.repeat(400_000)}`,
      'source_malformed',
      ['1'],
    ],
  ];
  it.each(cases)('%s', async (_, limits, xml, code, titles) => {
    for (const size of [1, 7, 65_536, 262_144]) {
      const { rows, error } = await readAll(xml, { recordPath: RSS, paths: ['title'], limits }, size);
      expect([codeOf(error), rows.map(([title]) => title)]).toEqual([code, titles]);
    }
  });

  it('lets depth and size right at the limit pass', async () => {
    const xml = feed([item(1, '<a>'.repeat(7) + '</a>'.repeat(7))]);
    const limits = { maxDepth: 10, maxRecords: 1, maxSourceBytes: xml.length, maxFieldChars: 1 };
    const { rows, error } = await readAll(xml, { recordPath: RSS, paths: ['title'], limits });
    expect([error, rows]).toEqual([undefined, [['1']]]);
  });
});

describe('batches', () => {
  it('have the size that was asked for, the last one may be shorter', async () => {
    const xml = `<l>${Array.from({ length: 1201 }, (_, n) => `<r>${n}</r>`).join('')}</l>`;
    const { batches, rows } = await readAll(xml, { recordPath: '/l/r', paths: ['.'] }, 100);
    expect(batches).toEqual([...Array.from({ length: 18 }, () => 64), 49]);
    expect(rows.map(([n]) => Number(n))).toEqual(Array.from({ length: 1201 }, (_, n) => n));
    const small = await readAll(xml, { recordPath: '/l/r', paths: ['.'], batchSize: 1 });
    expect(small.batches).toHaveLength(1201);
  });

  it('close the source when nobody wants more', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('<l>');
        for (;;) yield Buffer.from('<r>x</r>'.repeat(10_000));
      } finally {
        isClosed = true;
      }
    }
    const { batches, facts } = readRecords(endless(), { recordPath: '/l/r', paths: ['.'], parseOptions: {} });
    for await (const batch of batches) {
      expect(batch).toHaveLength(64);
      break;
    }
    expect([isClosed, facts.records, facts.format]).toEqual([true, 64, 'xml']);
  });
});

describe('paths', () => {
  it('may be asked for twice', async () => {
    const xml = '<l><r a="1"><t>x</t><t>y</t></r></l>';
    const paths = ['t', '@a', 't', '@a', '/l/r/@a'];
    const { rows } = await readAll(xml, { recordPath: '/l/r', paths });
    expect(rows).toEqual([[['x', 'y'], '1', ['x', 'y'], '1', undefined]]);
  });

  it('keep their meaning when a later document binds other prefixes', async () => {
    const first = '<s:l xmlns:s="urn:s" xmlns:p="urn:p"><s:r><p:v>1</p:v></s:r><s:r/></s:l>';
    const { outline } = await outlineSource(inChunks(first));
    expect(outline.headings.map(({ path }) => path)).toEqual(['p:v']);
    const later = '<l xmlns="urn:s"><r><s:v xmlns:s="urn:p">2</s:v><p:v xmlns:p="urn:q">no</p:v></r></l>';
    const { recordPath, parseOptions } = outline;
    const { rows } = await readAll(later, { recordPath, parseOptions, paths: ['p:v'] });
    expect(rows).toEqual([['2']]);
  });

  it('with ~1 and ~0 name elements and attributes that have / and ~ in them', async () => {
    const xml = '<l><r a~b="1"><c~d>2</c~d></r></l>';
    const { rows } = await readAll(xml, { recordPath: '/l/r', paths: ['@a~0b', 'c~0d'] });
    expect(rows).toEqual([['1', '2']]);
  });

  it('find names beyond ASCII', async () => {
    const xml = '<liste><größe maß="ü">é</größe></liste>';
    const { rows } = await readAll(xml, { recordPath: '/liste/größe', paths: ['@maß', '.'] }, 1);
    expect(rows).toEqual([['ü', 'é']]);
  });
});

const FEEDS = process.env.INLET_TEST_FEEDS ?? '';

describe.skipIf(!existsSync(FEEDS))('real feeds (INLET_TEST_FEEDS)', () => {
  // Without feeds one skipped test remains to be seen in the report.
  const files = existsSync(FEEDS) ? readdirSync(FEEDS) : ['no-feeds.rss'];
  const names = files.filter((name) => /\.(rss|atom)$/.test(name));

  it.each(names)('%s reads the same in chunks of any size', async (name) => {
    const bytes = readFileSync(join(FEEDS, name));
    const { outline } = await outlineSource(inChunks(bytes));
    const { recordPath, parseOptions } = outline;
    const paths = outline.headings.map(({ path }) => path);
    const results = await Promise.all(
      [7, 65_536, 262_144].map((size) => readAll(bytes, { recordPath, parseOptions, paths }, size)),
    );
    const [first] = results;
    expect(first?.rows.length).toBeGreaterThanOrEqual(outline.recordCount);
    for (const result of results) {
      expect(result.error).toBeUndefined();
      expect(result.facts).toEqual(first?.facts);
      expect(result.rows).toEqual(first?.rows);
    }
    const start = bytes.subarray(0, 50_000);
    const [bytewise, whole] = await Promise.all([
      readAll(start, { recordPath, parseOptions, paths }, 1),
      readAll(start, { recordPath, parseOptions, paths }),
    ]);
    expect(bytewise).toEqual(whole);
  });
});
