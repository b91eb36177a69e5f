import type { Cell, Column, Identity, IdentityPaths, Mapping } from '@inlet/contracts';
import { createFirstRecords, isIdentityPath, mappingPaths } from '@inlet/pipeline';

export interface ProposalOptions {
  readonly columns: readonly Column[];
  readonly mapping: Mapping;
  readonly ignoreColumns: readonly string[];
  /** Paths of ids and links, whose columns are left out. */
  readonly identityPaths: IdentityPaths | null;
}

export interface IdentityProposal {
  /** Adds a row. */
  add(values: Readonly<Record<string, Cell>>): void;
  /** The best identity whose values are there in all rows so far and never repeat; null if there is none. */
  readonly best: Identity | null;
}

/** Proposes an identity: the best of a few sets of columns. */
export function createIdentityProposal(options: ProposalOptions): IdentityProposal {
  let candidates = candidatesFor(options);
  let rows = 0;
  return {
    add(values) {
      rows += 1;
      candidates = candidates.filter((candidate) => candidate.isUnique(values, rows));
    },
    get best() {
      return candidates[0]?.identity ?? null;
    },
  };
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
function candidatesFor(options: ProposalOptions): Candidate[] {
  const { columns, ignoreColumns } = options;
  const stable = columns.filter(isStable(options));
  const isText = ({ type }: Column) => type === 'text' || type === 'regex';
  const isDate = ({ type }: Column) => type === 'date' || type === 'date_time';
  const texts = stable.filter(isText);
  const singles = [...stable.filter(({ unique }) => unique), ...texts.filter(({ unique }) => !unique)];
  const pairs = texts.slice(0, 1).flatMap((text) => stable.filter(isDate).map((date) => [text, date]));
  const sets = [...singles.map((column) => [column]), ...pairs].slice(0, MOST_CANDIDATES);
  const candidates = sets.map((set) =>
    createCandidate(set, { by: 'columns', columns: set.map(({ key }) => key) }),
  );
  const whole = identityOfAll(stable, columns.length - ignoreColumns.length);
  return whole ? [...candidates, createCandidate(stable, whole)] : candidates;
}

/** The content, if no compared column is left out; else the columns that are not. null if these are too many. */
function identityOfAll(stable: readonly Column[], compared: number): Identity | null {
  if (stable.length === 0) return null;
  if (stable.length === compared) return { by: 'content' };
  const columns = stable.map(({ key }) => key);
  return columns.length <= MOST_COLUMNS ? { by: 'columns', columns } : null;
}

function isStable({ mapping, ignoreColumns, identityPaths }: ProposalOptions): (column: Column) => boolean {
  const changing = new Set(ignoreColumns);
  for (const entry of mapping)
    if (mappingPaths([entry]).some((path) => isIdentityPath(path, identityPaths))) changing.add(entry.column);
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
