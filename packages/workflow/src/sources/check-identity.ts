import type {
  IdentityBasis,
  IdentityCheck,
  SourceWarning,
  Template,
  WidgetPreviewRequest,
} from '@inlet/contracts';
import { ItemState } from '@inlet/pipeline';
import { findVisibleJob } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { createRowComparison, type RowComparison } from '../ingest/compare-rows.js';
import { identityWarnings } from '../ingest/identity-warnings.js';
import { jobIdentity } from '../ingest/row-identity-setting.js';
import type { RowReader, SourceRow } from '../ingest/source-rows.js';
import type { RowIdentitySetting } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';

export interface PreviewedIdentity {
  readonly request: Pick<WidgetPreviewRequest, 'identity' | 'jobId'>;
  readonly template: Template;
}

/** The identity that a run would use: that of the request, else of the job, on the basis that the job has decided. */
export async function previewedIdentity(
  context: Context,
  caller: Caller,
  { request, template }: PreviewedIdentity,
): Promise<RowIdentitySetting> {
  const { identity, jobId } = request;
  const job = jobId === undefined ? NEW_JOB : await findVisibleJob(context, caller, { jobId });
  return jobIdentity({ ...job, identity: identity ?? job.identity }, template);
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
}

/** Compares the rows of a sample with each other, as a run does with all rows of a source. */
export function checkIdentity(
  sample: readonly SourceRow[],
  { rows, identity }: CheckIdentityOptions,
): CheckedIdentity {
  const valid = sample.filter(({ row }) => row.isValid);
  const compared = compareAll(valid, { rows, basis: identity.basis });
  const basis = compared.comparison.decideBasis();
  const isInUse = identity.basis !== null || basis === 'id';
  const { comparison, rowKeys } = isInUse ? compared : compareAll(valid, { rows, basis });
  const { items, repeats } = comparison;
  const unique = items - repeats;
  const uniquePercent = items === 0 ? 100 : Math.floor((100 * unique) / items);
  const by = identity.columns.length > 0 ? 'columns' : basis;
  const warnings = identityWarnings(compared.comparison, identity.basis);
  return { rowKeys, warnings, check: { basis: by, items, unique, uniquePercent } };
}

function compareAll(
  sample: readonly SourceRow[],
  { rows, basis }: { rows: RowReader; basis: IdentityBasis | null },
): { comparison: RowComparison; rowKeys: Map<SourceRow, string> } {
  const identity = rows.identity(basis ?? 'id');
  const comparison = createRowComparison({
    rows: { identity: () => identity, bareContentOf: rows.bareContentOf, formerContent: null },
    items: ItemState.empty(),
    basis,
    today: 0,
  });
  const rowKeys = new Map<SourceRow, string>();
  for (const row of sample) {
    const { rowKey } = comparison.compare({ ...row, rowKey: identity.rowKeyOf(row) });
    rowKeys.set(row, rowKey);
  }
  return { comparison, rowKeys };
}
