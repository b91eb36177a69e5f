import type { Cell, Column, Identity, Repair } from '@inlet/contracts';
import { createFirstRecords, isIdentityPath, mappingPaths } from '@inlet/pipeline';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { deliveryRef, type Job, type Run, runRef } from '../ports/model.js';

export interface HeldImport {
  readonly run: Run;
  readonly job: Pick<Job, 'mapping' | 'changeDetection'>;
  readonly template: { readonly columns: readonly Column[] };
}

/**
 * Proposes an identity for a source whose ids change: the best of a few sets of columns whose values, in the rows that
 * the run would send, are always there and never repeat. null if there is none. Reads all staged batches.
 */
export async function proposeRepair(
  context: Context,
  { run, job, template }: HeldImport,
): Promise<Repair | null> {
  let candidates = candidatesFor(job, template.columns);
  let rows = 0;
  const staged = context.store.deliveries.streamStaged({ ...runRef(run), runAttempt: run.stagedAttempt });
  for await (const delivery of staged) {
    if (candidates.length === 0) break;
    const body = await context.store.deliveries.body(deliveryRef(delivery));
    for (const { values } of body ? parseRows(body) : []) {
      if (values === null) continue;
      rows += 1;
      candidates = candidates.filter((candidate) => candidate.isUnique(values, rows));
    }
  }
  return candidates[0] ? { identifyBy: candidates[0].identity } : null;
}

/** A set of columns that may identify the rows. */
interface Candidate {
  readonly identity: Identity;
  /** Whether the values of a further row are there and differ from those of all earlier ones. */
  readonly isUnique: (values: Readonly<Record<string, Cell>>, row: number) => boolean;
}

/** Each candidate remembers 12 bytes of each row until a value repeats. */
const MOST_CANDIDATES = 8;
/** Limit of `identity.columns`. */
const MOST_COLUMNS = 10;

/**
 * In order of preference: single columns that the template calls unique, other texts, the first text with a date, all
 * columns together. Columns whose values come from an id or a link, or are not compared, are left out.
 */
function candidatesFor(job: HeldImport['job'], columns: readonly Column[]): Candidate[] {
  const stable = columns.filter(isStable(job));
  const isText = ({ type }: Column) => type === 'text' || type === 'regex';
  const isDate = ({ type }: Column) => type === 'date' || type === 'date_time';
  const texts = stable.filter(isText);
  const singles = [...stable.filter(({ unique }) => unique), ...texts.filter(({ unique }) => !unique)];
  const pairs = texts.slice(0, 1).flatMap((text) => stable.filter(isDate).map((date) => [text, date]));
  const sets = [...singles.map((column) => [column]), ...pairs].slice(0, MOST_CANDIDATES);
  const candidates = sets.map((set) =>
    createCandidate(set, { by: 'columns', columns: set.map(({ key }) => key) }),
  );
  const whole = identityOfAll(stable, columns.length - job.changeDetection.ignoreColumns.length);
  return whole ? [...candidates, createCandidate(stable, whole)] : candidates;
}

/** The content, if no compared column is left out; else the columns that are not. null if these are too many. */
function identityOfAll(stable: readonly Column[], compared: number): Identity | null {
  if (stable.length === 0) return null;
  if (stable.length === compared) return { by: 'content' };
  const columns = stable.map(({ key }) => key);
  return columns.length <= MOST_COLUMNS ? { by: 'columns', columns } : null;
}

function isStable({ mapping, changeDetection }: HeldImport['job']): (column: Column) => boolean {
  const changing = new Set(changeDetection.ignoreColumns);
  for (const entry of mapping) if (mappingPaths([entry]).some(isIdentityPath)) changing.add(entry.column);
  return ({ key }) => !changing.has(key);
}

function createCandidate(columns: readonly Column[], identity: Identity): Candidate {
  const seen = createFirstRecords();
  const isOne = columns.length === 1;
  return {
    identity,
    isUnique(values, row) {
      const cells = columns.map(({ key }) => values[key] ?? null);
      if (isOne ? cells[0] === null : cells.every((cell) => cell === null)) return false;
      return seen.add(JSON.stringify(cells), row) === undefined;
    },
  };
}
