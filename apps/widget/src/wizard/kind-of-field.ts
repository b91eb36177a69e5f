import type { Heading } from '@inlet/contracts';

/** The role of a field for a person, the most informative first. */
export const FIELD_KINDS = [
  'title',
  'text',
  'date',
  'number',
  'image',
  'link',
  'other',
  'id',
  'technical',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

const TITLE = setOf(
  'title name headline heading subject label titel überschrift bezeichnung titre nom título titulo nombre nome タイトル 名前 名称 件名 العنوان الاسم',
);
/** Words for things other than the record, whose names are not the record's title. */
const OTHERS = setOf(
  'author creator contributor category brand source publisher vendor seller store site feed channel user file image tag group parent owner',
);
const ID = setOf(
  'id ids guid uuid oid key hash checksum etag ref reference sku ean gtin upc isbn issn mpn asin code slug token version revision',
);
/** Words for numbers that are not quantities. */
const CODE = setOf(
  'year zip postal postcode plz phone tel fax mobile number no nr num order account invoice line row index position jahr año année nummer numéro número 编号 番号 رقم',
);
const IMAGE = setOf('image img picture photo thumbnail thumb cover poster avatar logo icon bild foto imagen');
const LINK = setOf('url href src link uri');
/** Attributes whose values a person reads; all others are for programs. */
const TELLING_ATTRIBUTE = setOf(
  'url href src term label title name text value content alt caption date time price',
);

const HASH = /^(?=.*\d)[0-9a-f]{16,}$/i;
const UUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const URN = /^(urn|tag):/i;

/** @param values the field's values in the first records */
export function kindOfField(heading: Heading, values: readonly (string | null)[]): FieldKind {
  const seen = [...heading.samples, ...values.filter((value) => value !== null)].map((value) => value.trim());
  if (seen.every((value) => value === '')) return 'technical';
  const parts = heading.path.split('/');
  const last = parts.at(-1) ?? '';
  const words = wordsOf(last);
  if (/^[_$]/.test(last) || (last.startsWith('@') && !words.some((word) => TELLING_ATTRIBUTE.has(word))))
    return 'technical';
  if (ID.has(words.at(-1) ?? '') || seen.every(isIdentifier)) return 'id';
  return kindByType(heading, { words, around: parts.slice(0, -1).flatMap(wordsOf), seen });
}

interface FieldEvidence {
  /** The words of the last part of the path. */
  readonly words: readonly string[];
  /** The words of the parts before it. */
  readonly around: readonly string[];
  /** The sample values. */
  readonly seen: readonly string[];
}

function kindByType({ proposedType }: Heading, about: FieldEvidence): FieldKind {
  const { words, around, seen } = about;
  switch (proposedType) {
    case 'date':
    case 'date_time':
      return 'date';
    case 'number':
      return 'number';
    case 'integer':
      return words.some((word) => CODE.has(word)) || isCode(seen) ? 'id' : 'number';
    case 'image_url':
      return 'image';
    case 'url':
      return [...words, ...around].some((word) => IMAGE.has(word)) ? 'image' : 'link';
    case 'boolean':
      return 'other';
    default:
      return kindOfText(about);
  }
}

function kindOfText({ words, around, seen }: FieldEvidence): FieldKind {
  if (!seen.some((value) => /\p{L}/u.test(value))) return 'other';
  // Some sites publish relative links, which have no host.
  if (words.some((word) => LINK.has(word)) && seen.every((value) => /^\S*\/\S*$/.test(value))) return 'link';
  const isTitle = [words[0], words.at(-1)].some((word) => word !== undefined && TITLE.has(word));
  return isTitle && ![...around, ...words].some((word) => OTHERS.has(word.replace(/s$/, '')))
    ? 'title'
    : 'text';
}

/** Splits `g:productName` into "product" and "name". */
const wordsOf = (part: string): string[] =>
  part
    .replace(/^@/, '')
    .replace(/~[01]/g, ' ')
    .replace(/^[^:]*:/, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

const isIdentifier = (value: string): boolean => HASH.test(value) || UUID.test(value) || URN.test(value);

/** Long digit strings of equal length are article or customer numbers, hardly ever quantities. */
const isCode = (values: readonly string[]): boolean =>
  new Set(values.map((value) => value.length)).size === 1 && (values[0]?.length ?? 0) >= 5;
