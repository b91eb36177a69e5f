import type { Heading, Outline } from '@inlet/contracts';
import { FIELD_KINDS, type FieldKind, kindOfField } from './kind-of-field.js';

export interface TellingField {
  /** The position among the headings and in each record. */
  readonly index: number;
  readonly heading: Heading;
  readonly kind: FieldKind;
}

const MOST_FIELDS = 5;
/** A field that fewer records have says little about the source. */
const LEAST_COVERAGE = 0.25;
const ONE_OF_EACH: ReadonlySet<FieldKind> = new Set(['title', 'text', 'date', 'number', 'image', 'link']);
const PROSE = /(^|[/:])(description|summary|subtitle|abstract|excerpt|content|text|body|encoded)$/i;

/**
 * Picks the fields by which a person recognises the records, best first: one title, one text (the one that most
 * records have and that reads best), one date, number, image and link; then the others; ids and technical fields last.
 * Left out are headings above the record, whose value is the same in every row, and feed fields, which repeat others.
 */
export function tellingFields(outline: Outline, most = MOST_FIELDS): TellingField[] {
  const ranked = outline.headings
    .map((heading, index) => ({ index, heading, kind: kindOfField(heading, valuesAt(outline, index)) }))
    .filter(({ heading }) => !heading.isAboveRecord && !heading.isFeedField)
    .sort(byRank);
  const repeated = new Set(
    ranked.filter((field, position) => repeatsEarlier(field, ranked.slice(0, position))),
  );
  const firsts = ranked.filter(
    (field, position) =>
      ONE_OF_EACH.has(field.kind) &&
      !isSparse(field) &&
      ranked.findIndex(({ kind }) => kind === field.kind) === position,
  );
  const others = ranked.filter((field) => !firsts.includes(field) && !repeated.has(field));
  return [...firsts, ...others, ...repeated].slice(0, most).sort(byRank);
}

/** Feeds repeat values in several vocabularies, such as `title` and `dc:title`. */
const repeatsEarlier = ({ heading }: TellingField, before: readonly TellingField[]): boolean =>
  heading.samples.length > 0 &&
  before.some((other) => other.heading.samples.join('\n') === heading.samples.join('\n'));

const valuesAt = ({ records }: Outline, index: number) => records.map((record) => record[index] ?? null);

function byRank(a: TellingField, b: TellingField): number {
  return (
    rankOf(a) - rankOf(b) ||
    fullness(b) - fullness(a) ||
    readability(b) - readability(a) ||
    depthOf(a) - depthOf(b) ||
    a.index - b.index
  );
}

const isSparse = ({ heading, kind }: TellingField): boolean =>
  heading.coverage < LEAST_COVERAGE && kind !== 'id' && kind !== 'technical';

/** Sparse fields come right before the ids. */
const rankOf = (field: TellingField): number =>
  isSparse(field) ? FIELD_KINDS.indexOf('id') - 0.5 : FIELD_KINDS.indexOf(field.kind);

/** Coverage in tenths, so that one record more or less makes no difference. */
const fullness = ({ heading }: TellingField): number => Math.round(heading.coverage * 10);

function readability({ heading, kind }: TellingField): number {
  if (kind !== 'text') return 0;
  if (PROSE.test(heading.path)) return 2;
  return heading.samples.some((sample) => /\p{L}\s+\p{L}/u.test(sample)) ? 1 : 0;
}

const depthOf = ({ heading }: TellingField): number => heading.path.split('/').length;
