import type { IngestedRows } from '../ingest/ingest-source.js';
import type { Context } from '../ports/context.js';
import { type Run, runRef } from '../ports/model.js';
import type { RunLease } from './run-lease.js';

/**
 * Id of a run's item state. Each attempt has its own: a worker that lost the run may still store one, which must not
 * replace the state of the rows that were sent.
 */
export const itemStateIdOf = ({ id, stagedAttempt }: Pick<Run, 'id' | 'stagedAttempt'>): string =>
  `${id}-${stagedAttempt}`;

/** The run that left an item state. */
export const runOfItemState = (itemStateId: string): string =>
  itemStateId.slice(0, itemStateId.lastIndexOf('-'));

interface IngestedRun {
  readonly run: Run;
  readonly ingested: IngestedRows;
}

/** Stores the new item state beside the old one, which stays the current one until the run ends. */
export async function saveItemState(context: Context, { run, ingested }: IngestedRun): Promise<void> {
  const { projectId, jobId } = run;
  const parts = ingested.items;
  await context.store.itemStates.save({ projectId, jobId, itemStateId: itemStateIdOf(run), parts });
}

/** The findings of the ingest, which the end of the run applies to the job. */
export const ingestedFields = ({ counts, warnings, fetchState, knownItems }: IngestedRows) => ({
  counts,
  warnings,
  fetchStateAfter: fetchState,
  knownItemsAfter: knownItems,
});

/**
 * Releases the staged batches of a run. The order makes a crash safe at every point: the batches are stored already;
 * the new item state is stored beside the old one, and replaces it when the run ends; then the phase becomes
 * `release`; everything after that is repeated, with the same result, by a worker that takes over.
 */
export async function releaseRun(
  context: Context,
  { lease, ingested }: { lease: RunLease; ingested: IngestedRows },
): Promise<void> {
  await saveItemState(context, { run: lease.run, ingested });
  await lease.save({ phase: 'release', ...ingestedFields(ingested) });
  await repeatRelease(context, lease);
}

/** The part of a release that can be repeated. Batches that other attempts have staged are never sent. */
export async function repeatRelease(context: Context, lease: RunLease): Promise<void> {
  const { projectId, id: runId, stagedAttempt: runAttempt, counts } = lease.run;
  if (counts.batches > 0)
    await context.store.deliveries.release({ projectId, runId, runAttempt }, context.now());
  await removeLeftovers(context, lease.run);
  // Stored with the next renewal: a worker that takes over before that repeats the release.
  lease.note({ phase: 'deliver' });
}

/** Removes what earlier attempts have staged: their workers died, or lost the run without noticing. */
export async function removeLeftovers(context: Context, run: Run): Promise<void> {
  if (run.attempt === 1) return;
  const earlier = { beforeAttempt: run.stagedAttempt };
  await context.store.deliveries.removeStaged(runRef(run), earlier);
  await context.store.issues.removeOfRun(runRef(run), earlier);
}
