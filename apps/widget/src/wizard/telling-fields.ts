import type { Heading, Outline } from '@inlet/contracts';
import { FIELD_KINDS, type FieldKind, kindOfField } from './kind-of-field.js';

export interface TellingField {
  /** Its position among the headings, and in each record. */
  readonly index: number;
  readonly heading: Heading;
  readonly kind: FieldKind;
}

const MOST_FIELDS = 5;
/** What fewer records have says little about all of them. */
const LEAST_COVERAGE = 0.25;
const ONE_OF_EACH: ReadonlySet<FieldKind> = new Set(['title', 'text', 'date', 'number', 'image', 'link']);
const PROSE = /(^|[/:])(description|summary|subtitle|abstract|excerpt|content|text|body|encoded)$/i;

/**
 * The fields by which a person recognises the records, best first: the title, then the fullest readable text, dates,
 * numbers, images and links, one of each at first; ids and what only programs read come last. What stands above the
 * record says the same in every row, and is left out.
 */
export function tellingFields(outline: Outline, most = MOST_FIELDS): TellingField[] {
  const ranked = outline.headings
    .map((heading, index) => ({ index, heading, kind: kindOfField(heading, valuesAt(outline, index)) }))
    .filter(({ heading }) => !heading.isAboveRecord)
    .sort(byRank);
  const same = new Set(ranked.filter((field, position) => isSaidBefore(field, ranked.slice(0, position))));
  const firsts = ranked.filter(
    (field, position) =>
      ONE_OF_EACH.has(field.kind) &&
      !isSparse(field) &&
      ranked.findIndex(({ kind }) => kind === field.kind) === position,
  );
  const others = ranked.filter((field) => !firsts.includes(field) && !same.has(field));
  return [...firsts, ...others, ...same].slice(0, most).sort(byRank);
}

/** Feeds say the same in several vocabularies, as in `title` and `dc:title`. */
const isSaidBefore = ({ heading }: TellingField, before: readonly TellingField[]): boolean =>
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

/** In tenths: a record more or less makes no difference. */
const fullness = ({ heading }: TellingField): number => Math.round(heading.coverage * 10);

function readability({ heading, kind }: TellingField): number {
  if (kind !== 'text') return 0;
  if (PROSE.test(heading.path)) return 2;
  return heading.samples.some((sample) => /\p{L}\s+\p{L}/u.test(sample)) ? 1 : 0;
}

const depthOf = ({ heading }: TellingField): number => heading.path.split('/').length;
