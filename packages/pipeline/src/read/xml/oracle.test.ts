import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { readAll } from '../../../test/sources.js';
import { readXmlInWindows } from '../../../test/xml-windows.js';
import { outlineSource } from '../outline-source.js';

/** An element of a made-up document: its written form and nothing else is what both parsers see. */
interface Element {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly content: readonly (Element | string)[];
}

// Some come more often, so that the same path repeats.
const NAMES = [...'aaaabbb', 'item', 'item', 'media:a', 'x:b', 'constructor', 'größe', '__proto__'];
const TEXTS = [
  '',
  'x',
  ' ',
  '\n  ',
  'a b',
  'é€😀',
  '</item>',
  '<a>',
  '&',
  '&amp;',
  '"\'',
  ']]',
  '-->',
  '00123',
  '1e5',
];
const TEXT_FORMS = [
  (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (text: string) => `<![CDATA[${text}]]>`,
  (text: string) =>
    [...text]
      .map((char) => (char.trim() === '' ? char : `&#x${char.codePointAt(0)?.toString(16)};`))
      .join(''),
];
const MARKUP = ['<!-- </item> <item> -->', '<?pi </item> ?>', '<!---->', '\r\n'];

const text = fc
  .tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXT_FORMS))
  .map(([value, write]) => write(value));
const attributeText = fc
  .constantFrom('', 'x', 'a > b', 'é😀', "it's", '00123')
  .map((value) => `"${value.replaceAll('&', '&amp;')}"`);
const attributes = fc.uniqueArray(
  fc.tuple(fc.constantFrom('id', 'media:url', 'größe', 'constructor'), attributeText),
  {
    selector: ([name]) => name,
    maxLength: 3,
  },
);

const { element } = fc.letrec<{ element: Element; content: (Element | string)[] }>((tie) => ({
  element: fc.record({ name: fc.constantFrom(...NAMES), attributes, content: tie('content') }),
  content: fc.array(
    fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 2, arbitrary: text },
      { weight: 1, arbitrary: fc.constantFrom(...MARKUP) },
      { weight: 4, arbitrary: tie('element') },
    ),
    { maxLength: 9, size: 'max', depthIdentifier: 'content' },
  ),
}));

function write({ name, attributes: given, content }: Element): string {
  const tag = `${name}${given.map(([key, value]) => ` ${key}=${value}`).join('')}`;
  const inner = content.map((part) => (typeof part === 'string' ? part : write(part))).join('');
  return inner === '' ? `<${tag}/>` : `<${tag}>${inner}</${name}>`;
}

const PREFIXES = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="urn:x"';
const documentOf = (records: readonly Element[]) =>
  `<?xml version="1.0"?>\n<list ${PREFIXES}>\n${records.map((record) => write({ ...record, name: 'item' })).join('\n')}\n</list>`;

/** The document as saxes, a strict parser of the standard, sees it. */
interface Node {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: (Node | { readonly text: string; readonly isCdata: boolean })[];
}

function parseBySaxes(xml: string): Node {
  const parser = new SaxesParser();
  const top: Node = { name: '', attributes: new Map(), content: [] };
  const open = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes: new Map(Object.entries(attributes)), content: [] };
    open.at(-1)?.content.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => open.at(-1)?.content.push({ text, isCdata: false }));
  parser.on('cdata', (text) => open.at(-1)?.content.push({ text, isCdata: true }));
  parser.write(xml).close();
  return top;
}

const childrenNamed = (node: Node, name: string): Node[] =>
  node.content.filter((part) => 'name' in part).filter((child) => child.name === name);

/** All values of one path below a node, in document order: slow, and plain to see. */
function valuesAt(node: Node, path: readonly string[]): string[] {
  const [step, ...rest] = path;
  if (step === undefined) return [textOf(node)];
  if (!step.startsWith('@')) return childrenNamed(node, step).flatMap((child) => valuesAt(child, rest));
  const value = node.attributes.get(step.slice(1));
  return value === undefined ? [] : [value];
}

const SPACE = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/** Text without the white space of the layout: that at the ends, unless it stands in CDATA or in references. */
function textOf(node: Node): string {
  const marked = (part: Node['content'][number]): string => {
    if ('name' in part) return part.content.map(marked).join('');
    return part.isCdata && part.text !== '' ? `\0${part.text}\0` : part.text;
  };
  return marked(node).replace(SPACE, '').replaceAll('\0', '');
}

const PATHS = [
  '.',
  '@id',
  '@media:url',
  'a',
  'b',
  'item',
  'item/item',
  'media:a',
  'media:a/@media:url',
  'x:b',
  'x:b/a',
  'constructor',
  'constructor/@constructor',
  'a/b/item',
  'größe',
  'größe/@größe',
  '__proto__',
  '__proto__/a',
];

describe('beside saxes', () => {
  it('reads the same values of any record, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(element, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 2, 3, 7, 30, 65_536),
        async (records, windowBytes) => {
          const xml = documentOf(records);
          const expected = childrenNamed(parseBySaxes(xml), 'list')
            .flatMap((list) => childrenNamed(list, 'item'))
            .map((node) =>
              PATHS.map((path) => {
                const values = valuesAt(node, path === '.' ? [] : path.split('/'));
                return values.length > 1 ? values : values[0];
              }),
            );
          const request = { recordPath: '/list/item', paths: PATHS, windowBytes };
          const { rows, error, warnings } = await readXmlInWindows(xml, request);
          expect([error, warnings]).toEqual([undefined, []]);
          expect(rows).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('agrees about any record that goes through the outline: samples are what a run reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 4 }), async (records) => {
        const xml = documentOf(records);
        const source = (async function* () {
          yield Buffer.from(xml);
        })();
        const { outline } = await outlineSource(source, { recordPath: '/list/item' });
        const paths = outline.headings.map(({ path }) => path);
        const { rows } = await readAll(xml, {
          recordPath: '/list/item',
          paths,
          parseOptions: outline.parseOptions,
        });
        outline.headings.forEach(({ records: count, isAboveRecord, samples }, index) => {
          const texts = rows.map((row) => [row[index] ?? []].flat().filter((value) => value.trim() !== ''));
          if (!isAboveRecord) expect(texts.filter((values) => values.length > 0)).toHaveLength(count);
          // Longer samples are cut.
          if (texts.flat().some((value) => value.length > 199)) return;
          const trimmed = [...new Set(texts.flat().map((value) => value.trim()))];
          expect(samples).toEqual(trimmed.slice(0, 3));
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('damaged XML', () => {
  it('never fails in another way than by an InletError, and never by how it was cut', async () => {
    const damage = fc.array(
      fc.record({
        at: fc.nat(),
        remove: fc.nat({ max: 4 }),
        insert: fc.constantFrom(
          '',
          '<',
          '>',
          '&',
          '"',
          "'",
          '</item>',
          '<![CDATA[',
          '<!--',
          '\n',
          '<a ',
          '\xff',
          '</list>',
        ),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 3 }), damage, async (records, faults) => {
        let xml = documentOf(records);
        for (const { at, remove, insert } of faults) {
          const place = at % xml.length;
          xml = xml.slice(0, place) + insert + xml.slice(place + remove);
        }
        const request = { recordPath: '/list/item', paths: PATHS };
        const { shownBytes: _, ...whole } = await readXmlInWindows(xml, { ...request, windowBytes: 65_536 });
        if (whole.error !== undefined) expect(whole.error).toHaveProperty('name', 'InletError');
        for (const windowBytes of [1, 2, 7, 30]) {
          const { shownBytes: __, ...cut } = await readXmlInWindows(xml, { ...request, windowBytes });
          expect(cut).toEqual(whole);
        }
        const above = { recordPath: '/list/item', paths: ['a', '/list/a', '/list/@id'], parseOptions: {} };
        expect(await readAll(xml, above, 1)).toEqual(await readAll(xml, above));
      }),
      { numRuns: 200 },
    );
  });
});
