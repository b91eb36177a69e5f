import { createSourceWarning, type Heading } from '@inlet/contracts';
import { isFeedFieldPath } from './paths.js';
import { TypeProposal } from './propose-type.js';
import { type ReadFacts, warnOnce } from './read-facts.js';

export const MOST_HEADINGS = 1000;
const MOST_SAMPLES = 3;
const SAMPLE_CHARS = 200;
const RECORD_CHARS = 500;
const MOST_SAMPLE_RECORDS = 20;
/** Feed fields are read from the first records only, because parsing an item costs more than reading its raw paths. */
export const FEED_FIELD_RECORDS = 200;

/** Never cuts a surrogate pair in half. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** Says that records have more fields than an outline offers. */
export const warnOfHeadings = ({ warnings }: Pick<ReadFacts, 'warnings'>, offered: number): void =>
  warnOnce(warnings, createSourceWarning('headings_left_out', { n: offered }));

interface PathStats {
  readonly isAboveRecord: boolean;
  /** For a value above the record that differs between rows. */
  readonly enclosingPath: string | undefined;
  readonly proposal: TypeProposal;
  readonly samples: string[];
  records: number;
  mostRepeats: number;
  /** Within the current record. */
  occurrences: number;
  hasText: boolean;
  hasDecimals: boolean;
}

const isOncePerFile = ({ isAboveRecord, enclosingPath }: PathStats): boolean =>
  isAboveRecord && enclosingPath === undefined;

/**
 * Collects the facts of an outline about each path while records are added: how many records have it (empty values
 * do not count), how often it repeats inside one record, samples, and a proposed type. Keeps the first 1,000 paths,
 * because generated element names must not cost unlimited memory.
 */
export class HeadingStats {
  private readonly paths = new Map<string, PathStats>();
  private readonly open = new Set<PathStats>();
  private readonly firstRecords: Map<PathStats, string>[] = [];
  private current: Map<PathStats, string> | null = null;
  private finished = 0;

  /** Finished records. */
  get records(): number {
    return this.finished;
  }

  /** Fixes the position of a path in the order, even if no record has it. */
  declare(path: string): void {
    this.statsOf(path, false);
  }

  startRecord(): void {
    this.current = this.firstRecords.length < MOST_SAMPLE_RECORDS ? new Map() : null;
  }

  /** Adds a value at a relative path of the current record; call it once for each occurrence, in order. */
  addValue(path: string, text: string): void {
    this.addToRecord(this.statsOf(path, false), text);
  }

  /** Notes that the format wrote the point of a number at a path, see `RawRecord.decimalFields`. */
  noteDecimals(path: string): void {
    const stats = this.statsOf(path, false);
    if (stats !== undefined) stats.hasDecimals = true;
  }

  /** Adds a value of the element at `enclosingPath` around the current record, by its path with a leading slash. */
  addEnclosing(path: string, text: string, enclosingPath: string): void {
    this.addToRecord(this.statsOf(path, true, enclosingPath), text);
  }

  private addToRecord(stats: PathStats | undefined, text: string): void {
    if (stats === undefined) return;
    this.open.add(stats);
    stats.occurrences += 1;
    this.addSample(stats, text);
    if (this.current === null) return;
    const before = this.current.get(stats);
    if (before === undefined) this.current.set(stats, cut(text, RECORD_CHARS));
    else if (before.length < RECORD_CHARS)
      this.current.set(stats, cut(`${before}, ${cut(text, RECORD_CHARS)}`, RECORD_CHARS));
  }

  /** Adds a value that is the same in every row, by its path with a leading slash. */
  addAboveRecord(path: string, text: string): void {
    const stats = this.statsOf(path, true);
    if (stats === undefined) return;
    stats.mostRepeats += 1;
    this.addSample(stats, text);
  }

  endRecord(): void {
    for (const stats of this.open) {
      stats.mostRepeats = Math.max(stats.mostRepeats, stats.occurrences);
      stats.occurrences = 0;
      if (stats.hasText) stats.records += 1;
      stats.hasText = false;
    }
    this.open.clear();
    if (this.current !== null) this.firstRecords.push(this.current);
    this.current = null;
    this.finished += 1;
  }

  /** Paths inside the record, then feed fields, then values above the record, each in the order of the source. */
  headings(labelOf: (path: string, isAboveRecord: boolean) => string): Heading[] {
    return this.ordered().map(([path, stats]) => {
      const coverage = this.coverageOf(path, stats);
      return {
        path,
        label: labelOf(path, stats.isAboveRecord),
        coverage,
        records: Math.round(coverage * this.finished),
        samples: stats.samples,
        repeats: stats.mostRepeats > 1,
        mostRepeats: stats.mostRepeats,
        isAboveRecord: stats.isAboveRecord,
        enclosingPath: stats.enclosingPath,
        proposedType: stats.proposal.type,
        isFeedField: isFeedFieldPath(path) || undefined,
        hasDecimals: stats.hasDecimals || undefined,
      };
    });
  }

  private coverageOf(path: string, stats: PathStats): number {
    const { records } = stats;
    if (isOncePerFile(stats)) return 1;
    const seen = isFeedFieldPath(path) ? Math.min(this.finished, FEED_FIELD_RECORDS) : this.finished;
    return seen === 0 ? 0 : records / seen;
  }

  /** At most 20 of the first records; `result[n][i]` belongs to `headings()[i]`. Repeats are joined with `, `. */
  sampleRecords(limit = MOST_SAMPLE_RECORDS): (string | null)[][] {
    const columns = this.ordered();
    return this.firstRecords
      .slice(0, limit)
      .map((record) =>
        columns.map(([, stats]) =>
          isOncePerFile(stats) ? (stats.samples[0] ?? null) : (record.get(stats) ?? null),
        ),
      );
  }

  private ordered(): [string, PathStats][] {
    const all = [...this.paths];
    return [
      ...all.filter(([path, stats]) => !stats.isAboveRecord && !isFeedFieldPath(path)),
      ...all.filter(([path]) => isFeedFieldPath(path)),
      ...all.filter(([, stats]) => stats.isAboveRecord),
    ];
  }

  private statsOf(path: string, isAboveRecord: boolean, enclosingPath?: string): PathStats | undefined {
    const known = this.paths.get(path);
    if (known !== undefined || this.paths.size >= MOST_HEADINGS) return known;
    const stats: PathStats = {
      isAboveRecord,
      enclosingPath,
      proposal: new TypeProposal(),
      samples: [],
      records: 0,
      mostRepeats: 0,
      occurrences: 0,
      hasText: false,
      hasDecimals: false,
    };
    this.paths.set(path, stats);
    return stats;
  }

  private addSample(stats: PathStats, text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    stats.hasText = true;
    stats.proposal.add(trimmed);
    if (stats.samples.length >= MOST_SAMPLES) return;
    const sample = cut(trimmed, SAMPLE_CHARS);
    if (!stats.samples.includes(sample)) stats.samples.push(sample);
  }
}
