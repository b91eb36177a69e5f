import type { Heading } from '@inlet/contracts';
import { TypeProposal } from './propose-type.js';

const MOST_HEADINGS = 1000;
const MOST_SAMPLES = 3;
const SAMPLE_CHARS = 200;
const RECORD_CHARS = 500;
const MOST_SAMPLE_RECORDS = 20;

/** Cuts at a whole character, so that no half of a surrogate pair is shown. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

interface PathStats {
  readonly isAboveRecord: boolean;
  readonly proposal: TypeProposal;
  readonly samples: string[];
  records: number;
  mostRepeats: number;
  /** Within the record that is open now. */
  occurrences: number;
  hasText: boolean;
}

/**
 * Collects what an outline tells about each path while records go by: how many records have it (with text in it;
 * an empty value is seen but not counted), how often it repeats inside one record, samples, and a proposed type.
 * The first 1,000 paths are kept, because made-up element names must not cost memory without end.
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

  /** Lists a path of the record here in the order, even if no record turns out to have it. */
  declare(path: string): void {
    this.statsOf(path, false);
  }

  startRecord(): void {
    this.current = this.firstRecords.length < MOST_SAMPLE_RECORDS ? new Map() : null;
  }

  /** A value at a relative path of the open record; call it once for each occurrence, in order. */
  value(path: string, text: string): void {
    const stats = this.statsOf(path, false);
    if (stats === undefined) return;
    this.open.add(stats);
    stats.occurrences += 1;
    this.sample(stats, text);
    if (this.current === null) return;
    const before = this.current.get(stats);
    if (before === undefined) this.current.set(stats, cut(text, RECORD_CHARS));
    else if (before.length < RECORD_CHARS)
      this.current.set(stats, cut(`${before}, ${cut(text, RECORD_CHARS)}`, RECORD_CHARS));
  }

  /** A value outside the records, by its path with a leading slash. */
  aboveRecord(path: string, text: string): void {
    const stats = this.statsOf(path, true);
    if (stats === undefined) return;
    stats.mostRepeats += 1;
    this.sample(stats, text);
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

  /** Paths inside the record first, each group in the order in which the source has them. */
  headings(labelOf: (path: string, isAboveRecord: boolean) => string): Heading[] {
    return this.ordered().map(([path, stats]) => ({
      path,
      label: labelOf(path, stats.isAboveRecord),
      coverage: stats.isAboveRecord ? 1 : this.finished === 0 ? 0 : stats.records / this.finished,
      records: stats.isAboveRecord ? this.finished : stats.records,
      samples: stats.samples,
      repeats: stats.mostRepeats > 1,
      mostRepeats: stats.mostRepeats,
      isAboveRecord: stats.isAboveRecord,
      proposedType: stats.proposal.type,
    }));
  }

  /** The first records, 20 at most; `result[n][i]` belongs to `headings()[i]`. Repeats are joined with `, `. */
  sampleRecords(limit = MOST_SAMPLE_RECORDS): (string | null)[][] {
    const columns = this.ordered();
    return this.firstRecords
      .slice(0, limit)
      .map((record) =>
        columns.map(([, stats]) =>
          stats.isAboveRecord ? (stats.samples[0] ?? null) : (record.get(stats) ?? null),
        ),
      );
  }

  private ordered(): [string, PathStats][] {
    const all = [...this.paths];
    return [
      ...all.filter(([, stats]) => !stats.isAboveRecord),
      ...all.filter(([, stats]) => stats.isAboveRecord),
    ];
  }

  private statsOf(path: string, isAboveRecord: boolean): PathStats | undefined {
    const known = this.paths.get(path);
    if (known !== undefined || this.paths.size >= MOST_HEADINGS) return known;
    const stats: PathStats = {
      isAboveRecord,
      proposal: new TypeProposal(),
      samples: [],
      records: 0,
      mostRepeats: 0,
      occurrences: 0,
      hasText: false,
    };
    this.paths.set(path, stats);
    return stats;
  }

  private sample(stats: PathStats, text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    stats.hasText = true;
    stats.proposal.add(trimmed);
    if (stats.samples.length >= MOST_SAMPLES) return;
    const sample = cut(trimmed, SAMPLE_CHARS);
    if (!stats.samples.includes(sample)) stats.samples.push(sample);
  }
}
