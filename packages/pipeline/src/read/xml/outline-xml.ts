import type { Format, Outline, ParseOptions, SourceWarning } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { HeadingStats } from '../heading-stats.js';
import {
  DEFAULT_OUTLINE_RECORDS,
  DEFAULT_READ_LIMITS,
  type OutlineOptions,
  type ReadFacts,
} from '../types.js';
import { NewestDate, readFeedFacts } from './feed-facts.js';
import { headingPaths, labelOf } from './heading-paths.js';
import { preciseFault } from './precise-fault.js';
import { readAboveRecord } from './read-above-record.js';
import { findNode, proposeRecordPaths, type RecordCandidate } from './record-boundary.js';
import type { Slots } from './record-parser.js';
import { type Survey, surveyXml } from './survey.js';
import { compilePaths } from './wanted-paths.js';
import { endOfFirstRecords, wellFormedCut } from './well-formed-cut.js';
import { XmlRecordReader } from './xml-record-reader.js';

export interface XmlLook {
  /** The first look, in UTF-8. */
  readonly head: Buffer;
  readonly isComplete: boolean;
  readonly format: Format;
  readonly facts: ReadFacts;
}

const FEED_FORMATS: ReadonlySet<Format> = new Set(['rss', 'rdf', 'atom']);
const FACTS_BYTES = 131_072;
const VALIDATED_BYTES = 250_000;

/** The outline of an XML source from its first look, and what a feed says about itself. */
export async function outlineXml(look: XmlLook, options: OutlineOptions) {
  const { head, isComplete, format, facts } = look;
  const given = options.parseOptions?.namespaces;
  const survey = surveyXml({
    bytes: head,
    text: head.toString('latin1'),
    namespaces: given,
    maxDepth: DEFAULT_READ_LIMITS.maxDepth,
  });
  const choices = proposeRecordPaths(survey, format);
  const chosen = chooseRecord(survey, choices, options.recordPath);
  const namespaces = namespacesToKeep(survey, format, given);
  const read = readHead(look, { chosen, survey, namespaces, maxRecords: options.maxRecords });
  const warnings = withPreciseFault(facts.warnings, head, chosen);
  facts.records = read.stats.records;
  const parseOptions: ParseOptions = {
    ...options.parseOptions,
    format,
    ...(Object.keys(namespaces).length === 0 ? {} : { namespaces }),
  };
  const outline: Outline = {
    format,
    formatVersion: versionOf(format, survey, read.above('/rss/@version')),
    encoding: facts.encoding,
    bytesRead: facts.bytes,
    isComplete,
    recordPath: chosen.path,
    recordPaths: listChoices(choices, chosen),
    recordCount: read.stats.records,
    headings: read.stats.headings((path) => labelOf(path, chosen.path)),
    records: read.stats.sampleRecords(),
    parseOptions,
    warnings,
  };
  if (!FEED_FORMATS.has(format)) return { outline, feed: null };
  const feed = await readFeedFacts({
    wellFormed: feedCut(look, chosen),
    above: read.above,
    itemCount: read.stats.records,
    newest: read.newest,
  });
  return { outline, feed };
}

function chooseRecord(
  survey: Survey,
  choices: readonly RecordCandidate[],
  wish: string | undefined,
): RecordCandidate {
  if (survey.roots.length === 0)
    throw new InletError('source_malformed', {
      detail: 'There is no XML element in the file.',
      extra: { line: 1, column: 1 },
    });
  if (wish !== undefined) {
    const node = findNode(survey, wish);
    return { path: wish, node, count: node?.count ?? 0 };
  }
  const [best] = choices;
  if (best === undefined) throw new InletError('source_no_records');
  return best;
}

function listChoices(choices: readonly RecordCandidate[], chosen: RecordCandidate): Outline['recordPaths'] {
  const isListed = choices.some(({ path }) => path === chosen.path);
  return (isListed ? choices : [chosen, ...choices]).map(({ path, count }) => ({
    path,
    label: labelOf(path, chosen.path),
    count,
  }));
}

/** What a later reading must be told about prefixes; RSS 1.0 and Atom are known by their own namespaces. */
function namespacesToKeep(
  { namespaces, rootNamespace }: Survey,
  format: Format,
  given: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const isKnown = format === 'atom' || format === 'rdf';
  const root = isKnown || rootNamespace === undefined ? {} : { '': rootNamespace };
  return { ...root, ...namespaces, ...given };
}

interface HeadReading {
  readonly stats: HeadingStats;
  readonly newest: NewestDate;
  readonly above: (path: string) => string | undefined;
}

/** Reads the records of the first look exactly as a run would, with every path that the survey found. */
function readHead(
  { head, isComplete, facts }: XmlLook,
  how: {
    chosen: RecordCandidate;
    survey: Survey;
    namespaces: Readonly<Record<string, string>>;
    maxRecords: number | undefined;
  },
): HeadReading {
  const { chosen, survey, namespaces, maxRecords = DEFAULT_OUTLINE_RECORDS } = how;
  const recordPath = chosen.path;
  const { inside, above } = headingPaths(survey, chosen.node);
  const stats = new HeadingStats();
  const newest = new NewestDate();
  const limits = { ...DEFAULT_READ_LIMITS, maxRecords: maxRecords + 1 };
  const aboveValues = readAboveRecord({ head, recordPath, wanted: compilePaths(above), namespaces, limits });

  const onRecord = (fields: Slots): boolean => {
    stats.startRecord();
    inside.forEach((path, slot) => {
      for (const text of valuesOf(fields[slot])) {
        stats.value(path, text);
        newest.add(path, text);
      }
    });
    stats.endRecord();
    return stats.records < maxRecords;
  };
  const reader = new XmlRecordReader({
    recordPath,
    wanted: compilePaths(inside),
    namespaces,
    constants: inside.map(() => undefined),
    limits,
    warnings: facts.warnings,
    onRecord,
  });
  reader.read(head, isComplete);
  reader.finish();
  // One record larger than the first look still has its headings.
  if (stats.records === 0) for (const path of inside) stats.declare(path);
  above.forEach((path, slot) => {
    for (const text of valuesOf(aboveValues[slot])) stats.aboveRecord(path, text);
  });
  return { stats, newest, above: (path) => valuesOf(aboveValues[above.indexOf(path)])[0] };
}

function valuesOf(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function versionOf(format: Format, survey: Survey, rssVersion: string | undefined): string | null {
  if (format === 'rss') return rssVersion ?? null;
  const uris = survey.declared.join(' ');
  if (format === 'atom') return uris.includes('purl.org/atom/ns#') ? '0.3' : '1.0';
  if (format === 'rdf') return uris.includes('http://purl.org/rss/1.0/') ? '1.0' : '0.90';
  return null;
}

function feedCut({ head, isComplete }: XmlLook, { node }: RecordCandidate): string {
  if (node !== null) return wellFormedCut(head, node, endOfFirstRecords(node, FACTS_BYTES));
  return isComplete ? head.toString() : '';
}

/** Puts the precise fault first, where the reading noticed that something is wrong and the validator finds it. */
function withPreciseFault(
  warnings: readonly SourceWarning[],
  head: Buffer,
  { node }: RecordCandidate,
): SourceWarning[] {
  if (!warnings.some(({ code }) => code.startsWith('xml_'))) return [...warnings];
  const isSmall = head.length <= VALIDATED_BYTES;
  const end = node === null ? 0 : Math.max(endOfFirstRecords(node, VALIDATED_BYTES), 0);
  const document = isSmall || node === null ? head.toString() : wellFormedCut(head, node, end);
  const precise = preciseFault(document);
  return precise === null ? [...warnings] : [precise, ...warnings];
}
