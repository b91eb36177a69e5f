import type { Column, Repair } from '@inlet/contracts';
import { createIdentityProposal } from '../ingest/propose-identity.js';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { deliveryRef, type Job, type Run, runRef } from '../ports/model.js';

export interface HeldImport {
  readonly run: Run;
  readonly job: Pick<Job, 'mapping' | 'changeDetection' | 'fetchState'>;
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
  const proposal = createIdentityProposal({
    columns: template.columns,
    mapping: job.mapping,
    ignoreColumns: job.changeDetection.ignoreColumns,
    identityPaths: job.fetchState.rowIdentity?.paths ?? null,
  });
  const staged = context.store.deliveries.streamStaged({ ...runRef(run), runAttempt: run.stagedAttempt });
  for await (const delivery of staged) {
    if (proposal.best === null) break;
    const body = await context.store.deliveries.body(deliveryRef(delivery));
    for (const { values } of body ? parseRows(body) : []) if (values !== null) proposal.add(values);
  }
  return proposal.best && { identifyBy: proposal.best };
}
