import { parseConditions } from '../read/xml/condition.js';

/** Words of a name in lower case without accents: `pubDate`, `pub_date` and `Pub Date` are all `pub date`. */
export function tokensOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\be[\s_-]mail/g, 'email')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== '');
}

/** Equal for equal names such as `first_name`, `firstName` and `Firstname`. Empty without letters and digits. */
export const squash = (name: string): string => tokensOf(name).join('');

export interface PathName {
  /** Words of the last segment, of the last two, and so on, without namespace prefixes. */
  readonly tails: readonly (readonly string[])[];
  /** Words of the whole path with its prefixes. */
  readonly whole: readonly string[];
  readonly isNested: boolean;
  readonly isAttribute: boolean;
  /** Whether it belongs to a vocabulary whose elements repeat plain ones of the item. */
  readonly isRepeating: boolean;
}

const decodeName = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** Attributes that only hold the value of an element that a condition names: `meta[@name='city']/@content`. */
const VALUE_ATTRIBUTE = /^@(?:content|value|text)$/;

/** Names that mean little below another element: `image/url` is not a "url". */
export const GENERIC: ReadonlySet<string> = new Set(
  'url href id name type value text term label length width height size title rel medium'.split(' '),
);
/** `media:title` is the title of the media, and `itunes:title` repeats that of the item. */
const REPEATING_PREFIX = /^(?:itunes|media|googleplay|podcast|image|video|news):/;

/** Objects around the fields of a record: GraphQL, JSON:API, Contentful, GeoJSON, Elasticsearch. */
const LEADING_WRAPPERS = /^(?:(?:node|attributes|fields|properties|_source)\/)+(?=[^@])/;

/** The path as it would be without the objects that only wrap the fields of a record. */
export const withoutWrappers = (path: string): string =>
  path.replace(LEADING_WRAPPERS, '').replace(/(?<=.\/)node\//g, '');

/** Keys that hold the text of the object around them, as in WordPress and in XML that was converted to JSON. */
const WRAPPER = /^(?:rendered|\$t|_|#text|__text|#cdata|__cdata)$/;

/** A child that names its parent or is its text: `category/@name` is the category. */
const NAMING = new Set(['name', 'title', 'label', 'text', 'value']);

/** The words of the element that a path names, such as `category` for `category/@name`. */
export function namedParent({ tails, isRepeating }: PathName): readonly string[] | undefined {
  const [last = [], both = []] = tails;
  return !isRepeating && NAMING.has(last.join('')) && both.length > last.length
    ? both.slice(0, both.length - last.length)
    : undefined;
}

/**
 * Names that a column for a path may have: `name` and `author name` for `author/name`. The value of a condition names
 * its element: `city` for `field[@name='city']`.
 */
export function pathName(given: string): PathName {
  const path = withoutWrappers(given);
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const parsed = segments.map((segment) => parseConditions(decodeName(segment)));
  const last = parsed.at(-1);
  const owner = parsed.at(-2);
  const isValue =
    last !== undefined && (owner?.conditions.length ?? 0) > 0 && VALUE_ATTRIBUTE.test(last.name);
  const isWrapped = parsed.length > 1 && WRAPPER.test(last?.name ?? '');
  const named = isValue || isWrapped ? parsed.slice(0, -1) : parsed;
  const names = named.map(({ name, conditions }) =>
    conditions.length > 0
      ? tokensOf(conditions.map(({ value }) => value).join(' '))
      : tokensOf(name.replace(/^@?(?:[\w.-]+:)?(?=\S)/, '')),
  );
  const tails = names.map((_, index) => names.slice(names.length - 1 - index).flat());
  return {
    tails: tails.filter((tail) => tail.length > 0),
    whole: segments.flatMap((segment) => tokensOf(decodeName(segment))),
    isNested: named.length > 1,
    isAttribute: !isValue && (last?.name.startsWith('@') ?? false),
    isRepeating: REPEATING_PREFIX.test(path),
  };
}
