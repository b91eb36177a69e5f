import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, inChunks, readAll } from '../../../test/sources.js';
import { outlineSource } from '../outline-source.js';

const outlineOf = async (xml: string) => (await outlineSource(inChunks(xml))).outline;

/** The rows of the proposed record path, in chunks of every size. */
async function rowsOf(xml: string, paths: string[]) {
  const { recordPath, parseOptions } = await outlineOf(xml);
  const reads = await Promise.all(
    CHUNK_SIZES.map((size) => readAll(xml, { recordPath, paths, parseOptions }, size)),
  );
  for (const { rows } of reads) expect(rows).toEqual(reads[0]?.rows);
  return {
    recordPath,
    rows: reads[0]?.rows,
    error: reads[0]?.error,
    codes: codesOf(reads[0]?.facts.warnings),
  };
}

const codesOf = (warnings: readonly { code: string }[] = []) => warnings.map(({ code }) => code);
const rss = (items: string, doctype = '') =>
  `<?xml version="1.0"?>${doctype}<rss version="2.0"><channel><title>S</title>${items}</channel></rss>`;
const item = (title: string) => `<item><title>${title}</title><link>https://e.example/1</link></item>`;

describe('entities of a DOCTYPE', () => {
  it.each([
    ['a number', '<!ENTITY nbsp "&#160;">', 'a&nbsp;b', 'a\u00a0b'],
    ['a character', "<!ENTITY fuer 'ü'>", 'f&fuer;r', 'für'],
    [
      'an escaped number, as the XML specification writes it',
      '<!ENTITY less "&#38;#60;">',
      '1 &less; 2',
      '1 < 2',
    ],
    ['nothing', '<!ENTITY none "">', 'a&none;b', 'ab'],
    ['a name of HTML that is not defined', '<!ENTITY x "long text">', '&eacute;', 'é'],
  ])('are read if they stand for %s', async (_, definition, title, expected) => {
    const { rows } = await rowsOf(rss(item(title), `<!DOCTYPE rss [${definition}]>`), [
      'title',
      '~feed/link',
    ]);
    expect(rows).toEqual([[expected, 'https://e.example/1']]);
  });

  it.each([
    ['a longer text', '<!ENTITY x "long">'],
    ['a file', '<!ENTITY x SYSTEM "file:///etc/passwd">'],
    ['a public identifier', '<!ENTITY x PUBLIC "p" "http://e.example/x">'],
    ['other entities', '<!ENTITY a "aa"><!ENTITY x "&a;&a;">'],
  ])('are skipped if they stand for %s, and refused if they are used', async (_, definition) => {
    const doctype = `<!DOCTYPE rss [<!-- it's --><?pi it's ?>${definition}]>`;
    expect((await rowsOf(rss(item('One'), doctype), ['title'])).rows).toEqual([['One']]);
    const used = await readAll(rss(item('One') + item('&x;'), doctype), {
      recordPath: '/rss/channel/item',
      paths: ['title'],
    });
    expect(used.rows).toEqual([['One']]);
    expect(used.error).toMatchObject({ code: 'source_entities_refused' });
  });

  it('are not looked for behind parameter entities, which RSS 1.0 declares for HTML', async () => {
    const xml =
      '<?xml version="1.0"?><!DOCTYPE rdf:RDF [\n<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent">\n%HTMLlat1;\n]>' +
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://e.example/"><title>S</title></channel>' +
      '<item rdf:about="https://e.example/1"><title>One&nbsp;more</title></item></rdf:RDF>';
    expect(await rowsOf(xml, ['title', '@rdf:about'])).toMatchObject({
      recordPath: '/rdf:RDF/item',
      rows: [['One\u00a0more', 'https://e.example/1']],
    });
  });
});

describe('markup inside a value', () => {
  it('is kept if a feed forgot to escape it', async () => {
    const xml = rss(
      '<item><title>One</title><description><p>First <b>bold</b> text.</p><p>Next.</p></description></item>' +
        '<item><title>Two <i>x</i></title><description>Plain <i>italic</i> text</description></item>',
    );
    expect((await rowsOf(xml, ['title', 'description'])).rows).toEqual([
      ['One', '<p>First <b>bold</b> text.</p><p>Next.</p>'],
      ['Two x', 'Plain <i>italic</i> text'],
    ]);
    const paths = (await outlineOf(xml)).headings.map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith('description'))).toEqual(['description']);
  });

  it.each([
    [
      'CDATA after it',
      '<img src="a.jpg"/><![CDATA[Some <b>text</b>]]>',
      '<img src="a.jpg"/>Some <b>text</b>',
    ],
    ['CDATA before it', '<![CDATA[<p>A & B</p>]]><br/>', '<p>A & B</p><br/>'],
    ['CDATA inside it', '<p>1 &lt; <![CDATA[2 <i>3</i>]]><![CDATA[ 4]]></p>', '<p>1 &lt; 2 <i>3</i> 4</p>'],
    ['empty CDATA', '<br/><![CDATA[]]>x', '<br/>x'],
    ['a comment', '<b>a</b><!-- <i>b</i> --> c', '<b>a</b> c'],
    ['a comment in an attribute', '<a title="<!--">a</a> b<!-- c -->', '<a title="<!--">a</a> b'],
  ])('keeps its tags and all text if a feed forgot to escape it: %s', async (_, content, html) => {
    const xml = rss(
      `<item><title>One</title><description>\n ${content}\n</description></item>` +
        `<item><title>Two</title><description><![CDATA[<b>x</b>]]></description></item>`,
    );
    const { rows, codes } = await rowsOf(xml, ['title', 'description']);
    expect(rows).toEqual([
      ['One', html],
      ['Two', '<b>x</b>'],
    ]);
    expect(codes).toEqual([]);
  });

  it('is a structure if its names are not those of HTML', async () => {
    const xml = '<l><r><content><sku>1</sku></content></r><r><content><sku>2</sku></content></r></l>';
    expect((await rowsOf(xml, ['content/sku', 'content'])).rows).toEqual([
      ['1', '1'],
      ['2', '2'],
    ]);
  });

  it('loses the prefix of XHTML', async () => {
    const xml =
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><entry><title>Two</title><id>urn:x:2</id>' +
      '<content type="xhtml" xmlns:x="http://www.w3.org/1999/xhtml"><x:div><x:p class="a">prefixed<x:br/></x:p></x:div></content></entry></feed>';
    expect((await rowsOf(xml, ['content'])).rows).toEqual([['<p class="a">prefixed<br/></p>']]);
  });

  it('is decoded if Atom 0.3 encodes it by Base64', async () => {
    const xml =
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title><entry>' +
      '<title mode="base64" type="text/plain">SGVsbG8gd29ybGQ=</title><id>urn:x:1</id>' +
      '<summary mode="base64">not base64!</summary><content mode="base64" type="text/html">\nPHA+\nSGk8L3A+\n</content></entry></feed>';
    expect((await rowsOf(xml, ['title', 'summary', 'content', 'id'])).rows).toEqual([
      ['Hello world', 'not base64!', '<p>Hi</p>', 'urn:x:1'],
    ]);
  });
});

describe('feeds of an unusual structure', () => {
  it('may have a prefix at each element', async () => {
    const xml =
      '<r:rss version="2.0" xmlns:r="http://backend.userland.com/rss2"><r:channel><r:title>S</r:title>' +
      '<r:item><r:title>One</r:title><r:link>https://e.example/1</r:link></r:item>' +
      '<r:item><r:title>Two</r:title><r:link>https://e.example/2</r:link></r:item></r:channel></r:rss>';
    expect(await rowsOf(xml, ['title', 'link', '~feed/link', '/rss/channel/title'])).toMatchObject({
      recordPath: '/rss/channel/item',
      rows: [
        ['One', 'https://e.example/1', 'https://e.example/1', 'S'],
        ['Two', 'https://e.example/2', 'https://e.example/2', 'S'],
      ],
    });
  });

  it('may be one Atom entry alone', async () => {
    const xml =
      '<entry xmlns="http://www.w3.org/2005/Atom"><title>One</title><id>urn:x:1</id><link href="https://e.example/1"/></entry>';
    expect((await outlineOf(xml)).format).toBe('atom');
    expect(await rowsOf(xml, ['title', 'id', 'link/@href'])).toMatchObject({
      recordPath: '/entry',
      rows: [['One', 'urn:x:1', 'https://e.example/1']],
    });
  });

  it.each([
    ['an element without an end tag', '<itunes:category text="Technology">', ''],
    ['an element that the format does not know', '<items>', '</items>'],
  ])('may have items inside %s', async (_, before, after) => {
    const xml = `<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>S</title>${before}${item('One')}<item><title>Two</title><image><item>no</item></image></item>${after}</channel></rss>`;
    expect(await rowsOf(xml, ['title', '~feed/link', '/rss/channel/title'])).toEqual({
      recordPath: '/rss/channel/item',
      rows: [
        ['One', 'https://e.example/1', 'S'],
        ['Two', undefined, 'S'],
      ],
      error: undefined,
      codes: ['xml_mismatched_tag'],
    });
  });
});

describe('an OPML document', () => {
  const opml =
    '<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body><outline text="News">' +
    '<outline type="rss" text="One" title="One &amp; more" xmlUrl="https://e.example/1.xml?a=1&amp;b=2"/>' +
    '<outline type="atom" text="Two" xmlUrl="https://e.example/2.xml"/><outline text="No feed" htmlUrl="https://e.example/"/>' +
    '<outline text="Again" xmlUrl="https://e.example/2.xml"/></outline></body></opml>';

  it('offers its feeds', async () => {
    await expect(outlineOf(opml)).rejects.toMatchObject({
      code: 'source_opml',
      extra: {
        feeds: [
          { url: 'https://e.example/1.xml?a=1&b=2', title: 'One & more', type: 'application/rss+xml' },
          { url: 'https://e.example/2.xml', title: 'Two', type: 'application/atom+xml' },
        ],
      },
    });
  });

  it('is read as XML if that is requested, or if it lists no feeds', async () => {
    const asked = await outlineSource(inChunks(opml), { parseOptions: { format: 'xml' } });
    expect(asked.outline.recordPath).toBe('/opml/body/outline/outline');
    const outlines = '<opml version="2.0"><body><outline text="a"/><outline text="b"/></body></opml>';
    expect((await outlineOf(outlines)).recordPath).toBe('/opml/body/outline');
  });
});
