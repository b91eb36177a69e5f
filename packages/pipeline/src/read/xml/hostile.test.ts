import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inChunks, readAll } from '../../../test/sources.js';
import { readXmlInWindows } from '../../../test/xml-windows.js';
import { outlineSource } from '../outline-source.js';

/**
 * The cost of a search is its distance. Between searches the parser moves forward byte by byte, so only the total
 * distance searched can grow faster than the size of the source.
 */
const search = String.prototype.indexOf;
let searched = 0;

beforeEach(() => {
  searched = 0;
  Object.defineProperty(String.prototype, 'indexOf', {
    configurable: true,
    writable: true,
    value: function (this: string, ...args: [string, number?]): number {
      const found = search.apply(this, args);
      searched += (found < 0 ? this.length : found) - (args[1] ?? 0);
      return found;
    },
  });
});

afterEach(() => {
  Object.defineProperty(String.prototype, 'indexOf', { configurable: true, writable: true, value: search });
});

const SIZE = 1_500_000;
const fill = (piece: string, size = SIZE) => piece.repeat(Math.ceil(size / piece.length));
const inItem = (body: string) => `<rss><channel><item><title>x</title>${body}`;

const SOURCES: Record<string, string> = {
  'a huge attribute': inItem(`<a b="${fill('x')}"/></item></channel></rss>`),
  'an attribute that never ends': inItem(`<a b="${fill('x')}`),
  'quotes that open and never close': inItem(fill('<a b="c ')),
  'quotes of both kinds': inItem(fill(`<a b="' c='" `)),
  'a comment that never ends': inItem(`<!-- ${fill('-- ')}`),
  'comments that begin again and again': inItem(fill('<!--')),
  'a CDATA section that never ends': inItem(`<![CDATA[${fill(']] ')}`),
  'CDATA sections that begin again and again': inItem(fill('<![CDATA[')),
  'a comment around everything': `<!--${fill('<item>')}`,
  'nothing but <': fill('<'),
  'nothing but < in an item': inItem(fill('<')),
  'nothing but <!': inItem(fill('<!')),
  'nothing but <? in an item': inItem(fill('<?')),
  'a DOCTYPE that never ends': `<!DOCTYPE rss [${fill("<!ELEMENT a (b)> '")}`,
  'DOCTYPEs that begin again and again': fill('<!DOCTYPE a ['),
  'end tags of nothing': inItem(fill('</x>')),
  'end tags outside items': `<rss><channel>${fill('</x>')}`,
  'half of an end tag': inItem(fill('</title')),
  'a huge text': inItem(`<description>${fill('x y ')}</description></item></channel></rss>`),
  'a huge text of references': inItem(`<description>${fill('&amp;')}</description></item></channel></rss>`),
  'a huge text of ampersands': inItem(`<description>${fill('&')}</description></item></channel></rss>`),
  'white space': inItem(`<description>${fill(' ')}</description></item></channel></rss>`),
  'small items': `<rss><channel>${fill('<item><title>x</title></item>')}</channel></rss>`,
  'items without anything': `<rss><channel>${fill('<item/>')}`,
  'small wanted elements': inItem(`${fill('<title><b/>x</title>')}</item></channel></rss>`),
  'attributes without end': inItem(`<a ${fill('b="c" ')}/></item></channel></rss>`),
  'declarations without end': inItem(`<a ${fill('xmlns:b="c" ')}/></item></channel></rss>`),
  'a name without end': inItem(`<${fill('a')}`),
  'an item that never ends': inItem(fill('<b>x</b>')),
};

describe.each(Object.entries(SOURCES))('%s', (_, xml) => {
  const paths = ['title', 'description', 'a/@b', '.'];

  it('costs no more than its size, however often the reader has to begin again', async () => {
    const limits = { maxFieldChars: 2 * SIZE };
    const read = await readXmlInWindows(xml, {
      recordPath: '/rss/channel/item',
      paths,
      windowBytes: 10_000,
      limits,
    });
    expect(read.shownBytes).toBeLessThan(4 * xml.length + 20_000);
    expect(searched).toBeLessThan(20 * xml.length);
    if (read.error !== undefined) expect(read.error).toHaveProperty('name', 'InletError');
  });

  it('costs no more than its size in an outline', async () => {
    const error = await outlineSource(inChunks(xml)).catch((reason: unknown) => reason);
    if (error instanceof Error) expect(error).toHaveProperty('name', 'InletError');
    expect(searched).toBeLessThan(20 * xml.length);
  });
});

describe('a million nested tags', () => {
  it.each(['<a>', '<item>', '<a b="c">'])('of %s are refused at the limit, not at the end', async (tag) => {
    for (const xml of [fill(tag, 3_000_000), inItem(fill(tag, 3_000_000))]) {
      const { error, facts } = await readAll(xml, { recordPath: '/rss/channel/item', paths: ['title'] });
      expect(error).toMatchObject({ code: 'source_too_deep' });
      expect(facts.bytes).toBeLessThan(500_000);
    }
  });
});
