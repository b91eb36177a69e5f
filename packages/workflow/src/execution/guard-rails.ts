import {
  type ErrorCode,
  type ErrorSummary,
  type Held,
  type HeldRule,
  InletError,
  isMissingBytes,
  summarize,
} from '@inlet/contracts';
import type { Churn } from '@inlet/pipeline';
import type { IngestedSource } from '../ingest/ingest-source.js';
import type { EmptiedColumn } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';

type GuardedJob = Pick<Job, 'guardRails' | 'changeDetection' | 'knownItems' | 'itemStateId'> & {
  readonly fetchState: Pick<Job['fetchState'], 'incomplete'>;
};
/** Why a run must be held, without what only its stored rows and issues can tell. */
export type Finding = Omit<Held, 'repair'>;

type Findings = Pick<
  IngestedSource,
  | 'counts'
  | 'isStateUnreadable'
  | 'missingItems'
  | 'missingExamples'
  | 'excludedItems'
  | 'excludedExamples'
  | 'emptiedColumns'
  | 'vanishedPaths'
  | 'incomplete'
  | 'churn'
>;

const EXAMPLES = 5;

/** Returns why the run must be held, because its source looks broken; null if its rows may be sent. */
export function checkGuardRails(job: GuardedJob, findings: Findings): Finding | null {
  const { counts, vanishedPaths } = findings;
  const { guardRails, knownItems } = job;
  if (findings.isStateUnreadable) return withoutState(knownItems, findings);
  const incomplete = checkIncomplete(job, findings);
  if (incomplete) return incomplete;
  // Records without any mapped value are not an empty source: their paths have changed.
  const isEmpty = counts.records === 0 && counts.empty === 0;
  if (guardRails.holdOnDrift && vanishedPaths.length > 0 && !isEmpty) return drifted(findings);
  if (counts.records === 0 && guardRails.holdWhenEmpty) return withoutRows(knownItems, findings);
  if (isEmpty) return null;
  if (guardRails.holdOnChurn && findings.churn)
    return churned(knownItems, { ...findings, churn: findings.churn });
  return checkInvalid(job, findings) ?? checkEmptied(job, findings) ?? checkRemoved(job, findings);
}

function withoutState(knownItems: number, { counts }: Findings): Finding {
  const items = knownItems === 1 ? 'the 1 known item' : `the ${knownItems} known items`;
  const rows = counts.records === 1 ? '1 record' : `${counts.records} records`;
  return {
    rule: 'state',
    counts: { affected: counts.records, total: knownItems },
    limit: null,
    examples: [],
    message: `The list of ${items} is missing or damaged, or a newer Inlet wrote it: the ${rows} of the source cannot be compared with it.`,
  };
}

/** Accepts a first run, and a source that ended in the same way in the last accepted run: a better one may never come. */
function checkIncomplete(job: GuardedJob, { counts, incomplete }: Findings): Finding | null {
  const { guardRails, itemStateId, fetchState, knownItems } = job;
  if (!incomplete || !isMissingBytes(incomplete) || guardRails.sourceIncomplete === 'deliver') return null;
  if (itemStateId === null || fetchState.incomplete === incomplete.reason) return null;
  const came = counts.records === 1 ? '1 record came' : `${counts.records} records came`;
  return {
    rule: 'incomplete',
    counts: { affected: counts.records, total: knownItems },
    limit: null,
    examples: [],
    message: `${incomplete.message} ${came}; ${known(knownItems)}.`,
  };
}

const known = (items: number): string => (items === 1 ? '1 item is known' : `${items} items are known`);

function withoutRows(knownItems: number, { counts: { empty } }: Findings): Finding {
  const found =
    empty === 0
      ? 'The source contains no records'
      : `None of the ${empty} records has a value at a mapped path`;
  return {
    rule: 'empty',
    counts: { affected: 0, total: knownItems },
    limit: null,
    examples: [],
    message: knownItems === 0 ? `${found}. Nothing was imported before.` : `${found}; ${known(knownItems)}.`,
  };
}

function drifted({ counts, vanishedPaths }: Findings): Finding {
  const paths = vanishedPaths.map((path) => `"${path}"`).join(', ');
  return {
    rule: 'drift',
    counts: { affected: vanishedPaths.length, total: vanishedPaths.length },
    limit: null,
    examples: vanishedPaths.slice(0, EXAMPLES),
    message: `Missing from all ${counts.records + counts.empty} records: ${paths}.`,
  };
}

function churned(
  knownItems: number,
  { churn, missingExamples }: Findings & { readonly churn: Churn },
): Finding {
  const { created, missing, same } = churn;
  return {
    rule: 'churn',
    counts: { affected: missing, total: knownItems },
    limit: null,
    examples: [...missingExamples],
    message: `${created} of ${created + knownItems - missing} items are new and ${missing} of ${knownItems} known ones are missing, although the content of ${same} new ones is that of known ones, apart from id and link. The ids of the source seem to change: identify items by columns, or by their content.`,
  };
}

function checkInvalid({ guardRails }: GuardedJob, { counts }: Findings): Finding | null {
  const limit = guardRails.maxInvalidPercent;
  const imported = counts.records - counts.excluded;
  const percent = imported === 0 ? 0 : (100 * counts.invalid) / imported;
  if (percent <= limit) return null;
  return {
    rule: 'invalid',
    counts: { affected: counts.invalid, total: imported },
    limit,
    examples: [],
    message: `${counts.invalid} of ${imported} rows are invalid; the limit is ${format(limit)}.`,
  };
}

/** Values that cannot be read cost only their cells, but a column that loses too many of them is mapped wrongly. */
function checkEmptied({ guardRails }: GuardedJob, { emptiedColumns }: Findings): Finding | null {
  const limit = guardRails.maxInvalidPercent;
  const percentOf = ({ emptied, values }: EmptiedColumn) => (100 * emptied) / values;
  const [worst] = emptiedColumns.toSorted((a, b) => percentOf(b) - percentOf(a));
  if (!worst || percentOf(worst) <= limit) return null;
  const { columnKey, emptied, values, examples } = worst;
  return {
    rule: 'invalid',
    columnKey,
    counts: { affected: emptied, total: values },
    limit,
    examples: [...examples],
    message: `${emptied} of ${values} values of column "${columnKey}" cannot be read and would be left empty; the limit is ${format(limit)}.`,
  };
}

/** Items that the filter excludes after a change of the source are as gone as missing ones. */
function checkRemoved(
  job: GuardedJob,
  { missingItems, missingExamples, excludedItems, excludedExamples }: Findings,
): Finding | null {
  const { guardRails, changeDetection, knownItems } = job;
  if (!changeDetection.removed || knownItems === 0) return null;
  const limit = guardRails.maxRemovedPercent;
  const affected = missingItems + excludedItems;
  if ((100 * affected) / knownItems <= limit) return null;
  const gone = excludedItems === 0 ? 'missing' : 'missing or excluded by the filter';
  return {
    rule: 'removed',
    counts: { affected, total: knownItems },
    limit,
    examples: [...missingExamples, ...excludedExamples].slice(0, EXAMPLES),
    message: `${affected} of ${knownItems} known items are ${gone}; the limit is ${format(limit)}.`,
  };
}

const format = (percent: number): string => `${Math.round(percent * 10) / 10} %`;

/** Adds examples of issues to a finding about invalid rows, unless it has some. The issues of the run must be stored. */
export async function withExamples(context: Context, { run, found }: FoundInRun): Promise<Finding> {
  if (found.rule !== 'invalid' || found.examples.length > 0) return found;
  const attempt = { projectId: run.projectId, runId: run.id, runAttempt: run.stagedAttempt };
  const { items } = await context.store.issues.list(attempt, { limit: 50 });
  const errors = items.filter(({ severity }) => severity === 'error').slice(0, EXAMPLES);
  const examples = errors.map(({ record, columnKey, message }) =>
    columnKey === null ? `Record ${record}: ${message}` : `Record ${record}, ${columnKey}: ${message}`,
  );
  return { ...found, examples };
}

interface FoundInRun {
  readonly run: Run;
  readonly found: Finding;
}

const CODES: Readonly<Record<HeldRule, ErrorCode>> = {
  empty: 'run_held_empty',
  drift: 'run_held_drift',
  invalid: 'run_held_invalid',
  removed: 'run_held_removed',
  incomplete: 'run_held_incomplete',
  churn: 'run_held_churn',
  state: 'run_held_state',
};

/** The finding as an error of the table, which tells a person what to do. */
export const heldError = ({ rule, message }: Held): ErrorSummary =>
  summarize(new InletError(CODES[rule], { detail: message }));
