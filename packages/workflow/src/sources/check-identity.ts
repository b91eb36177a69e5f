import type {
  Column,
  IdentityCheck,
  Mapping,
  Outline,
  SourceWarning,
  Template,
  WidgetPreviewRequest,
} from '@inlet/contracts';
import { findIdentityCandidates, guessIdentity, ItemState } from '@inlet/pipeline';
import { findVisibleFeed } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { createRowComparison, type RowComparison } from '../ingest/compare-rows.js';
import { identityWarnings, isRepeatWarning } from '../ingest/identity-warnings.js';
import { createIdentityProposal } from '../ingest/propose-identity.js';
import { jobIdentity } from '../ingest/row-identity-setting.js';
import type { RowReader, SourceRow } from '../ingest/source-rows.js';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';

export interface PreviewedIdentity {
  readonly request: Pick<WidgetPreviewRequest, 'identity' | 'jobId'>;
  readonly template: Template;
  /** That of the source, from which a first run would find the paths of its identity. */
  readonly outline: Outline;
}

/** The identity that a run would use: that of the request, else of the job, on the basis that the job has decided. */
export async function previewedIdentity(
  context: Context,
  caller: Caller,
  { request, template, outline }: PreviewedIdentity,
): Promise<RowIdentitySetting> {
  const { identity, jobId } = request;
  const job = jobId === undefined ? NEW_JOB : await findVisibleFeed(context, caller, { jobId });
  const setting = jobIdentity({ ...job, identity: identity ?? job.identity }, template);
  return setting.decided === null ? { ...setting, candidates: findIdentityCandidates(outline) } : setting;
}

const NEW_JOB = {
  identity: { by: 'template' },
  itemStateId: null,
  fetchState: { rowIdentity: null },
} as const;

export interface CheckedIdentity {
  readonly check: IdentityCheck;
  readonly warnings: readonly SourceWarning[];
  /** The keys of the valid rows. */
  readonly rowKeys: ReadonlyMap<SourceRow, string>;
}

export interface CheckIdentityOptions {
  readonly rows: RowReader;
  readonly identity: RowIdentitySetting;
  readonly columns: readonly Column[];
  readonly mapping: Mapping;
}

/** Compares the rows of a sample with each other, as a run does with all rows of a source. */
export function checkIdentity(sample: readonly SourceRow[], options: CheckIdentityOptions): CheckedIdentity {
  const { rows, identity } = options;
  const valid = sample.filter(({ row }) => row.isValid);
  const first = compareAll(valid, { rows, identity });
  const { isGuessRight, ...decided } = first.comparison.decide();
  const { comparison, rowKeys } = isGuessRight
    ? first
    : compareAll(valid, { rows, identity: { ...identity, decided } });
  const { items, repeats } = comparison;
  const unique = items - repeats;
  const uniquePercent = items === 0 ? 100 : Math.floor((100 * unique) / items);
  const isByColumns = identity.columns.length > 0;
  const basis = rows.identity(decided).basis;
  const isUnwantedContent = basis === 'content' && !isByColumns && !identity.isContentChosen;
  const check: IdentityCheck = {
    basis: isByColumns ? 'columns' : basis,
    paths: isByColumns ? null : decided.paths,
    items,
    unique,
    uniquePercent,
    proposal: isUnwantedContent ? proposeColumns(valid, options) : null,
  };
  const repeated = isGuessRight ? [] : identityWarnings(first.comparison, identity).filter(isRepeatWarning);
  const warnings = [
    ...repeated,
    ...identityWarnings(comparison, { ...identity, decided: isGuessRight ? identity.decided : decided }),
  ];
  return { rowKeys, warnings, check };
}

/** The columns of the sample that would identify its rows. */
function proposeColumns(
  sample: readonly SourceRow[],
  { columns, mapping }: CheckIdentityOptions,
): IdentityCheck['proposal'] {
  const proposal = createIdentityProposal({ columns, mapping, ignoreColumns: [], identityPaths: null });
  for (const { values } of sample) proposal.add(JSON.parse(values));
  return proposal.best?.by === 'columns' ? proposal.best : null;
}

interface ComparedSample {
  readonly comparison: RowComparison;
  readonly rowKeys: ReadonlyMap<SourceRow, string>;
}

function compareAll(
  sample: readonly SourceRow[],
  { rows, identity: setting }: Pick<CheckIdentityOptions, 'rows' | 'identity'>,
): ComparedSample {
  const identity = rows.identity(setting.decided ?? guessIdentity(setting.candidates));
  const { bareContentOf, surveyed } = rows;
  const comparison = createRowComparison({
    rows: { identity: () => identity, surveyed, bareContentOf, formerContent: null },
    items: ItemState.empty(),
    identity: setting,
    today: 0,
  });
  const rowKeys = new Map<SourceRow, string>();
  for (const row of sample) {
    const { rowKey } = comparison.compare({ ...row, rowKey: identity.rowKeyOf(row) });
    rowKeys.set(row, rowKey);
  }
  return { comparison, rowKeys };
}
