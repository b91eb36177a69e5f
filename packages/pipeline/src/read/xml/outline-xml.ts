import type { Format, Outline, SourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { EnclosingLevels } from '../enclosing-levels.js';
import { listOf } from '../field-values.js';
import { FEED_FIELD_RECORDS, HeadingStats, warnOfHeadings } from '../heading-stats.js';
import { isFeedFieldPath } from '../paths.js';
import type { ReadFacts } from '../read-facts.js';
import { DEFAULT_OUTLINE_RECORDS, DEFAULT_READ_LIMITS, type OutlineReadOptions } from '../types.js';
import { NewestDate, readFeedFacts } from './feed-facts.js';
import { type CutRecord, createFeedFieldReader, FEED_FIELD_PATHS, feedFieldLabel } from './feed-fields.js';
import { enclosingPathOf, headingPaths, labelOf } from './heading-paths.js';
import {
  findNode,
  isFeedFormat,
  isFeedRecord,
  parentPathOf,
  proposeRecordPaths,
  type RecordCandidate,
  repairedPathOf,
} from './record-boundary.js';
import type { Slots } from './record-parser.js';
import { cutWellFormed, endOfFirstRecords, type Survey, surveyXml } from './survey.js';
import { compilePaths } from './wanted-paths.js';
import { findPreciseFault } from './xml-faults.js';
import { XmlRecordReader } from './xml-record-reader.js';

export interface XmlHead {
  /** The part of the source to outline, in UTF-8. */
  readonly head: Buffer;
  readonly isComplete: boolean;
  readonly format: Format;
  readonly facts: ReadFacts;
}

const FACTS_BYTES = 131_072;
const VALIDATED_BYTES = 250_000;

/** Outlines an XML source from its head, with the facts of a feed. */
export async function outlineXml(source: XmlHead, options: OutlineReadOptions) {
  const { head, isComplete, format, facts } = source;
  const given = options.parseOptions?.namespaces;
  const survey = surveyXml({
    bytes: head,
    text: head.toString('latin1'),
    namespaces: given,
    maxDepth: DEFAULT_READ_LIMITS.maxDepth,
    repairedPath: options.recordPath ?? repairedPathOf(format),
  });
  const choices = proposeRecordPaths(survey, format);
  const chosen = chooseRecord(survey, choices, options.recordPath);
  const namespaces = namespacesToKeep(survey, format, given);
  const read = await readRecords(source, { chosen, survey, namespaces, maxRecords: options.maxRecords });
  const warnings = withPreciseFault(facts.warnings, head, chosen);
  facts.records = read.stats.records;
  // Another part of the feed might lead to another guess.
  const isGuessed = warnings.some(({ code }) => code === 'encoding_guessed');
  const hasNamespaces = Object.keys(namespaces).length > 0;
  const outline: Outline = {
    format,
    formatVersion: versionOf(format, survey, read.above('/rss/@version')),
    encoding: facts.encoding,
    bytesRead: facts.bytes,
    isComplete,
    recordPath: chosen.path,
    recordPaths: listChoices(choices, chosen),
    recordCount: read.stats.records,
    headings: read.stats.headings((path) =>
      isFeedFieldPath(path) ? feedFieldLabel(path) : labelOf(path, chosen.path),
    ),
    records: read.stats.sampleRecords(),
    parseOptions: {
      ...options.parseOptions,
      format,
      ...(hasNamespaces ? { namespaces } : {}),
      ...(isGuessed ? { encoding: facts.encoding } : {}),
    },
    warnings,
  };
  if (!isFeedFormat(format)) return { outline, feed: null };
  const feed = await readFeedFacts({
    wellFormed: cutFeed(source, chosen),
    above: read.above,
    itemCount: read.stats.records,
    newest: read.newest,
  });
  return { outline, feed };
}

function chooseRecord(
  survey: Survey,
  choices: readonly RecordCandidate[],
  requested: string | undefined,
): RecordCandidate {
  if (survey.roots.length === 0)
    throw new InletError('source_malformed', {
      detail: 'There is no XML element in the file.',
      extra: { line: 1, column: 1 },
    });
  if (requested !== undefined) {
    const node = findNode(survey, requested);
    return { path: requested, node, count: node?.count ?? 0 };
  }
  const [best] = choices;
  if (best === undefined) throw new InletError('source_no_records');
  return best;
}

function listChoices(choices: readonly RecordCandidate[], chosen: RecordCandidate): Outline['recordPaths'] {
  const isListed = choices.some(({ path }) => path === chosen.path);
  const listed = isListed ? choices : [chosen, ...choices];
  return listed.map((choice) => ({
    path: choice.path,
    label: labelOf(choice.path, chosen.path),
    count: choice.count,
    parentPath: parentPathOf(choice, listed),
  }));
}

/** The prefixes that a later run needs; RSS 1.0 and Atom are recognized by their own namespaces. */
function namespacesToKeep(
  { namespaces, rootNamespace }: Survey,
  format: Format,
  given: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const isKnown = format === 'atom' || format === 'rdf';
  const root = isKnown || rootNamespace === undefined ? {} : { '': rootNamespace };
  return { ...root, ...namespaces, ...given };
}

interface OutlinedRecords {
  readonly stats: HeadingStats;
  readonly newest: NewestDate;
  /** The first value of a path above the record. */
  readonly above: (path: string) => string | undefined;
}

interface RecordsToOutline {
  readonly chosen: RecordCandidate;
  readonly survey: Survey;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly maxRecords: number | undefined;
}

/** Reads the records of the head exactly as a run does, with every path of the survey and every feed field. */
async function readRecords(
  source: XmlHead,
  { chosen, survey, namespaces, maxRecords = DEFAULT_OUTLINE_RECORDS }: RecordsToOutline,
): Promise<OutlinedRecords> {
  const { head, isComplete, format, facts } = source;
  const { warnings } = facts;
  const recordPath = chosen.path;
  const { inside, above, hasMore } = headingPaths(survey, chosen.node);
  if (hasMore) warnOfHeadings(facts, inside.length);
  const isRssItem = format === 'rss' && isFeedRecord('rss', recordPath);
  if (isRssItem && inside.includes('guid') && !inside.includes('link'))
    inside.splice(inside.indexOf('guid'), 0, 'link');
  const paths = [...inside, ...FEED_FIELD_PATHS, ...above];
  const wanted = compilePaths(paths, recordPath, { isRssItem });
  const levels = new EnclosingLevels({ paths: wanted.above });
  const feedFields = createFeedFieldReader({ format, recordPath, paths, warnings });

  const records: { readonly fields: Slots; readonly cut: CutRecord | null }[] = [];
  const reader = new XmlRecordReader({
    recordPath,
    wanted,
    namespaces,
    levels,
    limits: DEFAULT_READ_LIMITS,
    warnings,
    onRecord: (fields) => {
      // Values above the record may follow, so reading goes on.
      if (records.length >= maxRecords) return;
      const hasFeedFields = feedFields !== null && records.length < FEED_FIELD_RECORDS;
      records.push({ fields, cut: hasFeedFields ? reader.cutRecord() : null });
    },
  });
  reader.read(head, isComplete);
  reader.finish();
  levels.leave(0);

  const stats = new HeadingStats();
  const newest = new NewestDate();
  const own = paths.slice(0, -above.length || undefined);
  const enclosing = wanted.above.flatMap(({ slot }) => {
    const path = paths[slot] ?? '';
    const enclosingPath = enclosingPathOf(survey, path, recordPath);
    return enclosingPath === undefined ? [] : [{ slot, path, enclosingPath }];
  });
  for (const { fields, cut } of records) {
    if (cut !== null) await feedFields?.fill(fields, cut);
    stats.startRecord();
    own.forEach((path, slot) => {
      for (const text of listOf(fields[slot])) {
        stats.addValue(path, text);
        newest.add(path, text);
      }
    });
    for (const { slot, path, enclosingPath } of enclosing)
      for (const text of listOf(fields[slot])) stats.addEnclosing(path, text, enclosingPath);
    stats.endRecord();
  }
  // A record that is larger than the head still has headings.
  if (stats.records === 0) for (const path of inside) stats.declare(path);
  const varying = new Set(enclosing.map(({ slot }) => slot));
  for (const { slot } of wanted.above)
    if (!varying.has(slot))
      for (const text of listOf(levels.firstValues[slot])) stats.addAboveRecord(paths[slot] ?? '', text);
  return { stats, newest, above: (path) => listOf(levels.firstValues[paths.indexOf(path)])[0] };
}

function versionOf(format: Format, survey: Survey, rssVersion: string | undefined): string | null {
  if (format === 'rss') return rssVersion ?? null;
  const uris = survey.declared.join(' ');
  if (format === 'atom') return uris.includes('purl.org/atom/ns#') ? '0.3' : '1.0';
  if (format === 'rdf') return uris.includes('http://purl.org/rss/1.0/') ? '1.0' : '0.90';
  return null;
}

/** The beginning of a feed with its first items, as a well-formed document. */
function cutFeed({ head, isComplete }: XmlHead, { node }: RecordCandidate): string {
  if (node !== null) return cutWellFormed(head, node, endOfFirstRecords(node, FACTS_BYTES));
  return isComplete ? head.toString() : '';
}

/** Puts the precise fault first if the reader noticed a fault and the validator finds it. */
function withPreciseFault(
  warnings: readonly SourceWarning[],
  head: Buffer,
  { node }: RecordCandidate,
): SourceWarning[] {
  if (!warnings.some(({ code }) => code.startsWith('xml_'))) return [...warnings];
  const isSmall = head.length <= VALIDATED_BYTES;
  const end = node === null ? 0 : Math.max(endOfFirstRecords(node, VALIDATED_BYTES), 0);
  const document = isSmall || node === null ? head.toString() : cutWellFormed(head, node, end);
  const precise = findPreciseFault(document);
  return precise === null ? [...warnings] : [precise, ...warnings];
}
