import { parseConditions } from '../read/xml/condition.js';
import { singular, tokensOf, withoutWrappers } from '../values/name-words.js';

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
  'url href src id name type value text term label length width height size title rel medium'.split(' '),
);
/** `media:title` is the title of the media, and `itunes:title` repeats that of the item. */
export const REPEATING_PREFIX = /^(?:itunes|media|googleplay|podcast|image|video|news):/;

/** Keys that hold the text of the object around them, as in WordPress, GraphQL and XML that was converted to JSON. */
const WRAPPER = /^(?:rendered|html|plain|\$t|_|#text|__text|#cdata|__cdata)$/;

/** Languages of translated texts, without codes that are words of names: `id`, `is`, `no`. */
const LANGUAGE =
  /^(?:ar|bg|cs|da|de|el|en|es|et|fi|fr|hr|hu|it|ja|ko|lt|lv|nb|nl|pl|pt|ro|ru|sk|sl|sv|tr|uk|zh)(?:[-_][a-z]{2})?$/i;
const LANGUAGE_ATTRIBUTE = /^(?:xml:)?lang(?:uage)?$/;

/** Words that say how a text is written: `body_html` is the body. */
const FORMS = new Set(['html', 'plain', 'raw', 'markdown']);

const withoutForm = (tokens: readonly string[]): readonly string[] =>
  tokens.length > 1 && FORMS.has(tokens.at(-1) ?? '') ? tokens.slice(0, -1) : tokens;

/** A child that names its parent or is its text: `category/@name` is the category. */
const NAMING = new Set([
  'name',
  'displayname',
  'title',
  'label',
  'text',
  'value',
  'main',
  'original',
  'common',
  'official',
  'login',
  'username',
]);

/** The words of the element that a path names, such as `category` for `category/@name`. */
export function namedParent({ tails, isRepeating }: PathName): readonly string[] | undefined {
  const [last = [], both = []] = tails;
  return !isRepeating && NAMING.has(last.join('')) && both.length > last.length
    ? both.slice(0, both.length - last.length)
    : undefined;
}

/** The address of a file: `images/src`, `photo/@href`, `Picture/PictureUrl`. */
const ADDRESSES = new Set(['url', 'src', 'href', 'source url', 'url standard', 'link']);
const SIZES = new Set(['default', 'standard', 'large', 'original', 'full', 'high', 'medium']);

/** The words of the element whose file an address leads to, such as `images` for `images/src`. */
export function addressParent({ tails }: PathName): readonly string[] | undefined {
  const [last = [], both = [], three = []] = tails;
  if (!ADDRESSES.has(last.join(' ')) || both.length === last.length) return undefined;
  const parent = both.slice(0, both.length - last.length);
  const isSize = SIZES.has(parent.join('')) && three.length > both.length;
  return isSize ? three.slice(0, three.length - both.length) : parent;
}

/** PrestaShop repeats `language` in each text: `name/language`. */
const TRANSLATED = /^(?:name|title|description\w*)$/;

const isTextOf = (name: string, owner: string): boolean =>
  WRAPPER.test(name) || LANGUAGE.test(name) || (name === 'language' && TRANSLATED.test(owner));

/** The words of a field without those of the element around it: `image/imageUrl` is `image/url`. */
function withoutOwner(words: readonly string[], owner: readonly string[]): readonly string[] {
  const own = singular(owner);
  const isRepeated =
    own.length > 0 && own.length < words.length && own.every((word, at) => words[at] === word);
  return isRepeated ? words.slice(own.length) : words;
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
  const isWrapped = parsed.length > 1 && isTextOf(last?.name ?? '', owner?.name ?? '');
  const named = isValue || isWrapped ? parsed.slice(0, -1) : parsed;
  const names = named.map(({ name, conditions }) => {
    const telling = conditions.filter(({ attribute }) => !LANGUAGE_ATTRIBUTE.test(attribute));
    return telling.length > 0
      ? tokensOf(telling.map(({ value }) => value).join(' '))
      : withoutForm(tokensOf(name.replace(/^@?(?:[\w.-]+:)?(?=\S)/, '')));
  });
  const own = names.map((words, index) => withoutOwner(words, names[index - 1] ?? []));
  const tails = own.map((_, index) => own.slice(own.length - 1 - index).flat());
  return {
    tails: tails.filter((tail) => tail.length > 0),
    whole: segments.flatMap((segment) => tokensOf(decodeName(segment))),
    isNested: named.length > 1,
    isAttribute: !isValue && (last?.name.startsWith('@') ?? false),
    isRepeating: REPEATING_PREFIX.test(path),
  };
}
