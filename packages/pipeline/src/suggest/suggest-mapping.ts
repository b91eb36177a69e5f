import type { Column, Heading, Mapping, Outline, Repeat, Suggestion, Transform } from '@inlet/contracts';
import { defaultRepeat } from '../map/compile-mapping.js';
import { tokensOf } from '../values/name-words.js';
import type { FeedConcept } from './concepts.js';
import { findConcept } from './feed-concepts.js';
import { compileFit } from './fit-values.js';
import { compileKindTest } from './media-kind.js';
import { compileNameEvidence, type Evidence, nameHeading, type Reason } from './name-evidence.js';
import type { PathName } from './name-tokens.js';
import { compileOwnPath } from './record-holder.js';
import { sampleValues } from './sample-values.js';
import { findSimilar } from './similar-headings.js';
import { findSubjectId, findSubjectName, findTitleText } from './subject-name.js';
import { compileUnusable } from './unusable-values.js';

/** A suggestion with a lower score is more likely to mislead than to help. */
const LEAST_SCORE = 0.4;
/** With a lower share of valid sample values, most rows would be invalid. */
const LEAST_VALID_SHARE = 0.5;
/** Part of the score that a path without a value in any sample keeps. */
const EMPTY_SHARE = 0.5;
/** A path with a higher score serves a column even if it serves another one. */
const SHARED_SCORE = 0.8;
/** Part of the score of a heading whose values are hardly those that a column is for. */
const DOUBTFUL_SHARE = 0.6;
/** Only calendars have it: the `summary` of their events is a title. */
const CALENDAR_START = /^(?:dtstart|start\/(?:dateTime|date))$/i;
/** A picture of the author, which WordPress writes before those of the post. */
const AVATAR = /\/\/[\w.-]*gravatar\.com\/avatar\//i;
/** Reasons good enough to suggest a feed field. */
const EXACT: ReadonlySet<Reason> = new Set(['same_key', 'same_name', 'alternative_name']);

interface Candidate {
  /** Index of the column. */
  readonly row: number;
  /** Index of the heading. */
  readonly at: number;
  readonly score: number;
  readonly reason: Reason;
  readonly transforms: readonly Transform[];
  /** Indexes of the headings for records without a value at this one. */
  readonly fallbacks?: readonly number[];
}

/**
 * Proposes at most one heading per column, in the order of the columns: the best pairs first, and only pairs whose
 * sample values pass the check of the column, with the transforms that they need. Feed fields are proposed only by
 * exact name, for columns to which no raw path fits. `records` are those of the outline of the headings.
 */
export function suggestMapping(
  headings: readonly Heading[],
  columns: readonly Column[],
  records: Outline['records'] = [],
): Suggestion[] {
  const isFeedField = (heading: Heading): boolean => heading.isFeedField === true;
  const source = { headings, records };
  const isMixed = compileMixedTest(headings);
  const raw = suggestFrom(source, columns, (heading) => !isFeedField(heading) && !isMixed(heading));
  const found = new Map(raw.map((suggestion) => [suggestion.column, suggestion]));
  const open = columns.filter(({ key }) => !found.has(key));
  for (const suggestion of open.length > 0
    ? suggestFrom(source, open, (heading) => isFeedField(heading) && !isMixed(heading))
    : [])
    if (EXACT.has(suggestion.reason)) found.set(suggestion.column, suggestion);
  return columns.flatMap(({ key }) => found.get(key) ?? []);
}

/** Finds addresses of links of any relation, whose headings by relation say what they are. */
function compileMixedTest(headings: readonly Heading[]): (heading: Heading) => boolean {
  const byRelation = headings.flatMap(({ path }) => /^(.*)\[@rel='/.exec(path)?.[1] ?? []);
  const mixed = new Set(byRelation.map((element) => `${element}/@href`));
  // Without an alternate, it is a link of another relation.
  if (byRelation.includes('link')) mixed.add('~feed/link');
  return ({ path }) => mixed.has(path);
}

/** The mapping of all suggestions. */
export const mappingFromSuggestions = (suggestions: readonly Suggestion[]): Mapping =>
  suggestions.map(({ label: _label, score: _score, reason: _reason, ...mapped }) => mapped);

interface SuggestSource {
  readonly headings: readonly Heading[];
  readonly records: Outline['records'];
}

function suggestFrom(
  { headings, records }: SuggestSource,
  columns: readonly Column[],
  isUsed: (heading: Heading) => boolean,
): Suggestion[] {
  const ownPathOf = compileOwnPath(headings);
  const named = headings.map((heading) =>
    isUsed(heading) ? nameHeading(heading, ownPathOf(heading)) : undefined,
  );
  const names = named.map((each) => each?.own.name);
  const concepts = columns.map(({ key, name, alternativeNames }) =>
    findConcept([key, name, ...alternativeNames]),
  );
  const similar = findSimilar(headings, names, columns);
  const isOfKind = compileKindTest(headings);
  const isCalendar = headings.some(({ path }) => CALENDAR_START.test(path));
  const values = headings.map((heading, at) => (names[at] ? sampleValues(heading, at, records) : []));
  const isDoubtful = compileDoubt(headings);
  const isUnusable = compileUnusable(headings);
  const weighSubject = compileSubjectWeight(names, values);
  const lonely = findLonelyTypes({ headings, records }, columns, (at) => isLonely(headings[at], names[at]));
  const candidates = columns.flatMap((column, row) => {
    const weigh = compileNameEvidence(column, isCalendar);
    const fit = compileFit(column);
    const kind = concepts[row]?.kind ?? (column.type === 'image_url' ? 'image' : undefined);
    return headings.flatMap((heading, at): Candidate[] => {
      const subject = named[at];
      if (!subject) return [];
      const best = strongest([
        ...weigh(subject),
        ...evidence('similar_name', similar.get(row)?.get(at)),
        ...evidence('similar_name', weighSubject(concepts[row], at)),
        ...evidence('values_fit', lonely.get(row) === at ? 0.45 : undefined),
      ]);
      if (!best || best.score < LEAST_SCORE || isUnusable(heading, column)) return [];
      if (kind !== undefined && !isOfKind(heading, kind)) return [];
      if (kind === 'image' && isOfPerson(subject.own.name) && !meansPerson(column)) return [];
      if (kind !== undefined && best.reason !== 'feed_field' && isOfPart(heading, subject.own.name))
        return [];
      const { transforms, validShare } = fit(values[at] ?? [], heading);
      if (column.type === 'boolean' && heading.samples.some(isCount)) return [];
      if (isOfPair(heading) && concepts[row]?.coordinate !== undefined && heading.mostRepeats !== 2)
        return [];
      const presence = heading.samples.length === 0 ? EMPTY_SHARE : 0.9 + 0.1 * heading.coverage;
      const doubt = isDoubtful(heading, concepts[row]) ? DOUBTFUL_SHARE : 1;
      const score = best.score * presence * doubt * (0.6 + 0.4 * validShare);
      if (score < LEAST_SCORE || validShare < LEAST_VALID_SHARE) return [];
      return [{ row, at, score, reason: best.reason, transforms }];
    });
  });
  return assign(withFallbacks(candidates, { headings, records }), concepts)
    .toSorted((one, other) => one.row - other.row)
    .flatMap((candidate) => describe(candidate, headings, columns[candidate.row]));
}

const SUBJECT_SCORE = 0.6;

/** Compiles the score of a field that names or identifies the records by a name that only they have. */
function compileSubjectWeight(
  names: readonly (PathName | undefined)[],
  values: readonly (readonly string[])[],
): (concept: FeedConcept | undefined, at: number) => number | undefined {
  const subjects = new Map([
    [findConcept(['name']), [findSubjectName(names), findTitleText(names, values)]],
    [findConcept(['id']), [findSubjectId(names, values)]],
  ]);
  return (concept, at) =>
    concept !== undefined && subjects.get(concept)?.includes(at) ? SUBJECT_SCORE : undefined;
}

/** A number of pieces, of which only 0 and 1 could be read as no and yes. */
const isCount = (sample: string): boolean => /^\d+$/.test(sample) && Number(sample) > 1;

const ADDRESS = /^https?:\/\//;

/** A condition that chooses one of several parts, other than by the kind of file. */
const OF_ONE = /\[@(?!(?:medium|type|rel)=)/;

/** Whether it is an attribute of one of several parts of the record, such as the image of a chapter. */
const isOfPart = ({ path, repeats }: Heading, { isAttribute, isNested }: PathName): boolean =>
  (repeats || OF_ONE.test(path)) && isAttribute && isNested;

const isOfPair = ({ path }: Heading): boolean => /(?:^|\/)coordinates$/.test(path);

/** Finds numbers and addresses where a column wants a name, and `url` where `html_url` says that it is an address for programs. */
function compileDoubt(
  headings: readonly Heading[],
): (heading: Heading, concept: FeedConcept | undefined) => boolean {
  const hasPage = headings.some(({ path }) => path === 'html_url');
  return ({ path, samples }, concept) => {
    if (concept?.isNamed === true && samples.some((text) => ADDRESS.test(text))) return true;
    if (path === 'url' && hasPage) return concept?.paths[path] === 1;
    if (concept?.kind === 'image' && AVATAR.test(samples[0] ?? '')) return true;
    return concept?.isNamed === true && samples.length > 0 && samples.every((text) => /^\d+$/.test(text));
  };
}

const evidence = (reason: Reason, score: number | undefined): Evidence[] =>
  score === undefined ? [] : [{ reason, score }];

const strongest = (found: readonly Evidence[]): Evidence | undefined =>
  found.toSorted((one, other) => other.score - one.score)[0];

/** A path with a lower score means too little to be used for want of a better one. */
const LEAST_FALLBACK_SCORE = 0.7;
const MOST_FALLBACKS = 5;

/**
 * Adds to the best candidate of a column the others that only records without a value at it have, such as
 * `content_text` beside `content_html` in JSON Feed.
 */
function withFallbacks(
  candidates: readonly Candidate[],
  { headings, records }: SuggestSource,
): readonly Candidate[] {
  const best = new Map<number, Candidate>();
  for (const candidate of candidates)
    if (candidate.score > (best.get(candidate.row)?.score ?? 0)) best.set(candidate.row, candidate);
  const hasValue = (record: Outline['records'][number], at: number): boolean => Boolean(record[at]?.trim());
  const isMissing = (at: number): boolean => {
    const heading = headings[at];
    return heading === undefined || heading.repeats || heading.isAboveRecord || heading.coverage === 1;
  };
  return candidates.map((candidate) => {
    if (best.get(candidate.row) !== candidate || isMissing(candidate.at)) return candidate;
    const fallbacks: number[] = [];
    for (const other of candidates) {
      if (other.row !== candidate.row || other === candidate || other.score < LEAST_FALLBACK_SCORE) continue;
      if (isMissing(other.at) || headings[other.at]?.samples.length === 0) continue;
      if (JSON.stringify(other.transforms) !== JSON.stringify(candidate.transforms)) continue;
      const used = [candidate.at, ...fallbacks];
      const isApart = records.every(
        (record) => !hasValue(record, other.at) || used.every((at) => !hasValue(record, at)),
      );
      const coverage = [...used, other.at].reduce((sum, at) => sum + (headings[at]?.coverage ?? 0), 0);
      if (isApart && coverage <= 1.001 && fallbacks.length < MOST_FALLBACKS) fallbacks.push(other.at);
    }
    return fallbacks.length > 0 ? { ...candidate, fallbacks } : candidate;
  });
}

/** Takes the best pair first. Of equal scores the first heading wins. */
function assign(
  candidates: readonly Candidate[],
  concepts: readonly (FeedConcept | undefined)[],
): Candidate[] {
  const chosen = new Map<number, Candidate>();
  const rowsOf = new Map<number, number[]>();
  for (const candidate of candidates.toSorted((one, other) => other.score - one.score || one.at - other.at)) {
    const { row, at } = candidate;
    if (chosen.has(row)) continue;
    const rows = rowsOf.get(at) ?? [];
    const isFree = rows.every((other) => canShare(candidate, concepts[row], concepts[other]));
    if (!isFree) continue;
    const fallbacks = (candidate.fallbacks ?? []).filter((other) => !rowsOf.has(other));
    chosen.set(row, { ...candidate, fallbacks });
    rowsOf.set(at, [...rows, row]);
    for (const other of fallbacks) rowsOf.set(other, [row]);
  }
  return [...chosen.values()];
}

/** Whether a path may serve a second column: dates of publication and change, both numbers of a position, and columns that clearly mean it. */
function canShare(
  { score }: Candidate,
  own: FeedConcept | undefined,
  other: FeedConcept | undefined,
): boolean {
  if (own?.isDate && other?.isDate) return true;
  if (own?.coordinate !== undefined && other?.coordinate !== undefined) return true;
  return !own?.isExclusive && score >= SHARED_SCORE;
}

const DISTINCTIVE_TYPES = ['email', 'phone', 'image_url', 'select'] as const;

/** Words for who made, owns or sells what the record is about: their picture or address is not its own. */
const PERSONS = new Set(
  'author user owner profile avatar host seller creator account member sender contact contacts agent agents advertiser logo icon'.split(
    ' ',
  ),
);

function isLonely(heading: Heading | undefined, name: PathName | undefined): boolean {
  if (heading === undefined || name === undefined) return false;
  return !name.isAttribute && !heading.isAboveRecord && !isOfPerson(name);
}

const meansPerson = ({ key, name, alternativeNames }: Column): boolean =>
  tokensOf([key, name, ...alternativeNames].join(' ')).some((word) => PERSONS.has(word));

const isOfPerson = ({ whole }: PathName): boolean => whole.some((word) => PERSONS.has(word));

/** Pairs the only column with the only heading of a distinctive type, whatever their names. */
function findLonelyTypes(
  { headings, records }: SuggestSource,
  columns: readonly Column[],
  isCandidate: (at: number) => boolean,
): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const type of DISTINCTIVE_TYPES) {
    const rows = [...columns.keys()].filter((row) => columns[row]?.type === type);
    const [row = -1] = rows;
    const column = columns[row];
    if (rows.length !== 1 || !column) continue;
    const fit = compileFit(column);
    const fitting = [...headings.keys()].filter((at) => {
      const heading = headings[at];
      if (!heading || !isCandidate(at)) return false;
      if (type !== 'select') return heading.proposedType === type;
      // One sample may match an option by chance.
      return heading.samples.length > 1 && fit(sampleValues(heading, at, records), heading).validShare === 1;
    });
    const [at] = fitting;
    if (fitting.length === 1 && at !== undefined) pairs.set(row, at);
  }
  return pairs;
}

function describe(
  { at, score, reason, transforms, fallbacks = [] }: Candidate,
  headings: readonly Heading[],
  column: Column | undefined,
): Suggestion[] {
  const heading = headings[at];
  const fallbackPaths = fallbacks.flatMap((other) => headings[other]?.path ?? []);
  if (!heading || !column) return [];
  const { path, label } = heading;
  const repeat = proposeRepeat(column, heading);
  return [
    {
      column: column.key,
      path,
      label,
      score: Math.round(score * 100) / 100,
      reason,
      ...(fallbackPaths.length > 0 ? { fallbackPaths } : {}),
      ...(repeat ? { repeat } : {}),
      ...(transforms.length > 0 ? { transforms: [...transforms] } : {}),
    },
  ];
}

/** Joins categories and authors; of several links, images and dates takes the first. */
function proposeRepeat(column: Column, heading: Heading): Repeat | undefined {
  if (!heading.repeats || heading.isAboveRecord) return undefined;
  const concept = findConcept([column.key, column.name, ...column.alternativeNames]);
  // GeoJSON writes the longitude before the latitude.
  if (concept?.coordinate === 'latitude' && isOfPair(heading)) return 'last';
  const isListed = concept === undefined || concept.isList || column.type === 'multi_select';
  return isListed ? defaultRepeat(column) : 'first';
}
