import type { Format, Heading, Outline } from '@inlet/contracts';
import { withoutWrappers } from '../values/name-words.js';
import { type DecidedIdentity, hasFeedIdentity, type IdentityCandidates } from './identity-paths.js';

export const BY_CONTENT: DecidedIdentity = { basis: 'content', paths: null };

/** The identity on which a file is read before it is known which one suits. `candidates` is null for a feed. */
export function guessIdentity(candidates: IdentityCandidates | null): DecidedIdentity {
  if (candidates === null) return { basis: 'id', paths: null };
  const { ids, link } = candidates;
  const [id] = ids;
  if (id !== undefined) return { basis: 'id', paths: { id, link } };
  return link === null ? BY_CONTENT : { basis: 'link', paths: { id: null, link } };
}

/** Each candidate costs 25 MB per million records in the first run. */
const MOST_IDS = 3;
/** A value that many records lack identifies too few of them. */
const LEAST_COVERAGE = 0.9;
/** Headings name up to three distinct samples, so fewer mean that a value repeats. */
const SAMPLES = 3;

/**
 * Finds the paths that may identify the records of a source by their names, from the headings of its head. Positions,
 * such as `#`, `row` or `rank`, are no candidates, and neither is the key of an object around several records. null for
 * a feed, whose format has agreed paths.
 */
export function findIdentityCandidates({
  format,
  recordPath,
  headings,
}: Pick<Outline, 'format' | 'recordPath' | 'headings'>): IdentityCandidates | null {
  if (hasFeedIdentity(format)) return null;
  const isOwnKey = recordPath.endsWith('/~each');
  const own = headings.filter((heading) => isValueOfRecord(heading) && (heading.path !== '~key' || isOwnKey));
  const ranked = own
    .map((heading, index) => ({
      path: heading.path,
      rank: rankOf(heading, { format, isFirst: index === 0 }),
    }))
    .filter(({ rank }) => rank !== NONE)
    .toSorted((left, right) => left.rank - right.rank);
  const link = own
    .map(({ path }) => ({ path, rank: LINK_NAMES.indexOf(nameOf(path, format) ?? '') }))
    .filter(({ rank }) => rank !== -1)
    .toSorted((left, right) => left.rank - right.rank)[0];
  return { ids: ranked.slice(0, MOST_IDS).map(({ path }) => path), link: link?.path ?? null };
}

const isValueOfRecord = ({ isAboveRecord, isFeedField, repeats, coverage, records, samples }: Heading) =>
  !isAboveRecord &&
  isFeedField !== true &&
  !repeats &&
  coverage >= LEAST_COVERAGE &&
  samples.length >= Math.min(SAMPLES, records);

const NONE = -1;
const BY_KEY = 2;
const BY_FIRST_ID = 5;

/** Names of ids, best first, in lower case without separators: `Product ID`, `product_id` and `productId` are one. */
const ID_NAMES: readonly ReadonlySet<string>[] = [
  ['id guid uuid identifier uid globalid uniqueid objectid recordid about'],
  [
    'productid itemid articleid jobid offerid listingid eventid entryid postid propertyid adid advertid vacancyid',
    'positionid courseid variantid episodeid externalid internalid referenceid sourceid ticketid caseid incidentid',
    'stationid siteid facilityid permitid licenseid assetid documentid nodeid videoid storyid requisitionid vehicleid',
    'unitid dataid',
  ],
  ['sku productsku variantsku itemsku stockcode'],
  [
    'itemnumber itemno articlenumber articleno artno productnumber productno partnumber partno ordernumber',
    'referencenumber referenceno listingnumber jobnumber casenumber permitnumber licensenumber registrationnumber',
    'reference ref refno jobreference jobref code productcode itemcode articlecode listingcode',
    'gtin ean ean13 upc isbn isbn13 asin mpn vin doi artikelnummer artikelnr bestellnummer objektnrextern',
    'objektnummer kennung identifiant referencia referentie',
  ],
  ['handle slug urlkey urlhandle'],
].map((lines) => new Set(lines.flatMap((line) => line.split(' '))));

/** Names of the address of a record itself, best first. */
const LINK_NAMES: readonly string[] = [
  'link url loc href permalink canonicalurl htmlurl weburl pageurl absoluteurl',
  'hostedurl detailurl detailsurl deeplink publicurl',
  'producturl productlink itemurl joburl listingurl eventurl articleurl posturl',
].flatMap((names) => names.split(' '));

/** Members that hold the id of a record, as in Contentful and OAI-PMH. */
const ID_HOLDERS = new Set(['sys', 'header']);
/** An id of something else. */
const FOREIGN =
  /parent|group|categor|brand|author|user|owner|customer|seller|shop|store|company|type|session/i;
const ENDS_WITH_ID = /(?:[^\p{L}\p{N}]id|\p{Ll}I[Dd]|[^\p{L}\p{N}]ID)$/u;

interface RankOptions {
  readonly format: Format;
  readonly isFirst: boolean;
}

/** Lower is better; -1 for a heading that does not name an id. */
function rankOf({ path, samples }: Heading, { format, isFirst }: RankOptions): number {
  if (path === '~key') return samples.every(isPosition) ? NONE : BY_KEY;
  const name = nameOf(path, format);
  if (name === null) return NONE;
  const rank = ID_NAMES.findIndex((names) => names.has(name));
  if (rank !== -1) return rank;
  return isFirst && ENDS_WITH_ID.test(path) && !FOREIGN.test(path) ? BY_FIRST_ID : NONE;
}

/** Whether the keys of an object count its members, from 0 or 1. */
const isPosition = (sample: string, index: number): boolean =>
  sample === String(index) || sample === String(index + 1);

/** The name that a path ends with, in lower case without separators; null for a value of something in the record. */
function nameOf(path: string, format: Format): string | null {
  const steps = format === 'csv' ? [path] : withoutWrappers(path).split('/');
  const last = steps.pop() ?? '';
  if (!steps.every((step) => ID_HOLDERS.has(step))) return null;
  const local = format === 'csv' ? last : last.replace(/^@/, '').replace(/^[\w-]+:/, '');
  return local.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
