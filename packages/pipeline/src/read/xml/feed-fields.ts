import { createSourceWarning, type FieldValue, type Format, type SourceWarning } from '@inlet/contracts';
import RssParser from 'rss-parser';
import { compileDateReader } from '../../values/compile-date-reader.js';
import { openTimeZone } from '../../values/time-zone.js';
import { writeInstant } from '../../values/write-moment.js';
import { FEED_FIELD_PREFIX, isFeedFieldPath } from '../paths.js';
import { warnOnce } from '../read-facts.js';
import { escapeLooseHtml } from './loose-html.js';
import { latin1FromName, type NamespaceScope } from './namespace-scope.js';
import { isFeedRecord } from './record-boundary.js';
import type { Slots } from './record-parser.js';
import { type DocumentEntities, decodeReferences } from './references.js';

type FeedItem = Readonly<Record<string, unknown>>;

interface FeedField {
  readonly label: string;
  readonly valueOf: (item: FeedItem) => FieldValue;
}

const ITUNES_LABELS: Readonly<Record<string, string>> = {
  author: 'author',
  subtitle: 'subtitle',
  summary: 'summary',
  duration: 'duration',
  image: 'image',
  explicit: 'explicit',
  episode: 'episode',
  episodeType: 'episode type',
  season: 'season',
  keywords: 'keywords',
};

/** The normalized fields that rss-parser reads from an item, by the rest of their path. */
const FEED_FIELDS: ReadonlyMap<string, FeedField> = new Map<string, FeedField>([
  ['isoDate', { label: 'ISO date', valueOf: ({ isoDate }) => textOf(isoDate) }],
  ['link', { label: 'Link', valueOf: ({ link }) => textOf(link) }],
  ['guid', { label: 'GUID', valueOf: ({ guid, id }) => textOf(guid) ?? textOf(id) }],
  ['creator', { label: 'Creator', valueOf: ({ creator, author }) => textOf(creator) ?? textOf(author) }],
  [
    'contentSnippet',
    {
      label: 'Content snippet',
      valueOf: ({ contentSnippet, 'content:encodedSnippet': encoded }) =>
        textOf(contentSnippet) ?? textOf(encoded),
    },
  ],
  ['categories', { label: 'Categories', valueOf: ({ categories }) => textsOf(categories) }],
  ...['url', 'type', 'length'].map((name): [string, FeedField] => [
    `enclosure/${name}`,
    { label: `Enclosure ${name}`, valueOf: ({ enclosure }) => textOf(memberOf(enclosure, name)) },
  ]),
  ...Object.entries(ITUNES_LABELS).map(([name, label]): [string, FeedField] => [
    `itunes/${name}`,
    { label: `iTunes ${label}`, valueOf: ({ itunes }) => textOf(memberOf(itunes, name)) },
  ]),
]);

export const FEED_FIELD_PATHS: readonly string[] = [...FEED_FIELDS.keys()].map(
  (name) => FEED_FIELD_PREFIX + name,
);

const fieldAt = (path: string): FeedField | undefined =>
  isFeedFieldPath(path) ? FEED_FIELDS.get(path.slice(FEED_FIELD_PREFIX.length)) : undefined;

/** Whether records at a path can have a feed field. Without a format, only its name counts. */
export function hasFeedField(
  path: string,
  { format, recordPath }: { readonly format: Format | undefined; readonly recordPath: string },
): boolean {
  return fieldAt(path) !== undefined && (format === undefined || isFeedRecord(format, recordPath));
}

/** `Feed field > ISO date`. */
export const feedFieldLabel = (path: string): string => `Feed field > ${fieldAt(path)?.label ?? path}`;

/** An object's own member; xml2js makes objects without a prototype, so no name has a special meaning. */
function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** The text of what xml2js makes of an element: a string, or an object with its text in `_` and its attributes in `$`. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'object' ? memberOf(value, '_') : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** The texts of repeated elements; Atom has the text of a category in its attribute `term`. */
function textsOf(values: unknown): FieldValue {
  if (!Array.isArray(values)) return undefined;
  const texts = values.flatMap((value: unknown) => {
    const text = textOf(value) ?? textOf(memberOf(memberOf(value, '$'), 'term'));
    return text === undefined ? [] : [text];
  });
  return texts.length > 1 ? texts : texts[0];
}

/** A record cut out of the source, with its markup. */
export interface CutRecord {
  readonly markup: string;
  /** The scope of the record element. */
  readonly scope: NamespaceScope;
  /** Number of the record, from 1. */
  readonly record: number;
  /** Those of the document. */
  readonly entities: DocumentEntities | undefined;
}

export interface FeedFieldReader {
  /** Writes the feed fields of a record into its slots. An item that rss-parser cannot read leaves them empty. */
  fill(fields: Slots, cut: CutRecord): Promise<void>;
}

export interface FeedFieldOptions {
  readonly format: Format;
  readonly recordPath: string;
  readonly paths: readonly string[];
  readonly warnings: SourceWarning[];
}

/** Null if no path is a feed field or the records are not the items of a feed, so that those sources cost nothing. */
export function createFeedFieldReader(options: FeedFieldOptions): FeedFieldReader | null {
  const { format, recordPath, paths, warnings } = options;
  const fields = paths.flatMap((path, slot) => {
    const field = fieldAt(path);
    return field === undefined ? [] : [{ slot, field }];
  });
  if (fields.length === 0 || !isFeedRecord(format, recordPath)) return null;
  return {
    fill: async (slots, cut) => {
      const item = await parseItem(cut, format);
      if (item === null) {
        warnOnce(warnings, createSourceWarning('feed_item_unreadable', { record: cut.record }));
        return;
      }
      for (const { slot, field } of fields) slots[slot] = copyOf(field.valueOf(item));
    },
  };
}

const copyOf = (value: FieldValue): Slots[number] => (typeof value === 'object' ? [...value] : value);

/** An item is parsed into an object tree several times its size. */
const MOST_ITEM_CHARS = 262_144;
const ITUNES_NAMESPACE = 'http://www.itunes.com/dtds/podcast-1.0.dtd';
/** Elements of the document around the item; rss-parser looks for these names. */
const WRAPPER_NAMES = new Set(['rss', 'channel', 'feed']);
const DATE_NAMES = new Set(['pubDate', 'dc:date', 'published', 'updated']);

/** Parses one item as a feed of that item alone. */
async function parseItem({ markup, scope, entities }: CutRecord, format: Format): Promise<FeedItem | null> {
  if (markup.length > MOST_ITEM_CHARS || !isCheapToStrip(markup)) return null;
  const item = escapeLooseReferences(escapeLooseHtml(markup), entities);
  const document =
    format === 'atom'
      ? `<feed>${item}</feed>`
      : `<rss version="2.0" xmlns:itunes="${ITUNES_NAMESPACE}"><channel>${item}</channel></rss>`;
  // A new parser for each item: after a fault xml2js may leave the next document without an answer.
  const parser = new RssParser<object, object>({
    customFields: { item: [['category', 'categories', { keepArray: true }]] },
    xml2js: {
      // rss-parser knows elements by their usual prefix, whatever prefix the document gives them.
      tagNameProcessors: [
        (name: string) => (WRAPPER_NAMES.has(name) ? name : scope.elementName(latin1FromName(name))),
      ],
      valueProcessors: [
        (value: string, name: string) => (DATE_NAMES.has(name) ? toInstantText(value) : toCheapText(value)),
      ],
    },
  });
  try {
    // rss-parser settles before it returns; null if a fault in it leaves the promise open.
    const feed = await Promise.race([parser.parseString(document), null]);
    return (feed?.items[0] as FeedItem | undefined) ?? null;
  } catch {
    return null;
  }
}

const UTC = openTimeZone('UTC');
const readDate = compileDateReader({ formats: [], zone: UTC });

/** rss-parser would read a date without a zone in the server's own zone; here it means UTC. Empty if it is not a date. */
function toInstantText(text: string): string {
  const moment = readDate(text.trim());
  return typeof moment === 'object' ? (writeInstant(UTC.toInstant(moment)) ?? '') : '';
}

function toCheapText(text: string): string {
  if (isCheapToStrip(text)) return text;
  throw new Error('too expensive to strip');
}

const STRIP_COST_PER_CHAR = 128;
const STRIP_COST_ALLOWED = 65_536;

/**
 * rss-parser removes tags from content by expressions that search from each `<` for a `>`, in its worst case one that
 * no line break follows: quadratic time for hostile text. Sums up how far they search, in linear time.
 */
function isCheapToStrip(text: string): boolean {
  const allowed = STRIP_COST_PER_CHAR * text.length + STRIP_COST_ALLOWED;
  const tagEnd = />(?!\n)/g;
  let cost = 0;
  let end = -1;
  for (let lt = text.indexOf('<'); lt >= 0 && cost <= allowed; lt = text.indexOf('<', lt + 1)) {
    if (end < lt) {
      tagEnd.lastIndex = lt;
      end = tagEnd.exec(text)?.index ?? text.length;
    }
    cost += end - lt;
  }
  return cost <= allowed;
}

const CDATA_OR_REFERENCE =
  /<!\[CDATA\[[\s\S]*?\]\]>|&(?:(amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});|[a-z_][a-z0-9_.-]{0,63};)?/gi;

/** Our own reader accepts a bare `&` and HTML's entities, on which rss-parser fails. */
function escapeLooseReferences(markup: string, entities: DocumentEntities | undefined): string {
  return markup.replace(CDATA_OR_REFERENCE, (whole: string, known: string | undefined) => {
    if (known !== undefined || whole.startsWith('<')) return whole;
    const decoded = decodeReferences(whole, { entities });
    return decoded.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  });
}
