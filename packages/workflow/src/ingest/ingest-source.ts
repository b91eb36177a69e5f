import type { OpenedBytes } from '@inlet/connectors';
import { NO_COUNTS, type RunCounts, type SourceWarning, type Template } from '@inlet/contracts';
import type { RunLease } from '../execution/run-lease.js';
import type { BatchSink } from '../outbox/stage-batches.js';
import type { Context } from '../ports/context.js';
import type { FetchState, Job } from '../ports/model.js';
import type { ReadChangesRequest, ReadEnd } from '../ports/read-changes.js';
import { openSource } from '../sources/open-source.js';
import type { DigestedBytes } from './body-digest.js';
import { type ComparedBody, compareBody, knownBody } from './compare-body.js';
import { configHash } from './config-hash.js';
import type { IssueLog } from './issue-log.js';
import { followMove, moveState } from './source-moves.js';
import { batchLimits } from './source-rows.js';

export interface StagedRows {
  readonly kind: 'staged';
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  /** What is known of the items after this run. */
  readonly items: readonly Buffer[];
  readonly knownItems: number;
  readonly fetchState: FetchState;
  /** Known items that were missing from the source. */
  readonly missingItems: number;
  /** Paths that had values in earlier runs and have none in this one. */
  readonly vanishedPaths: readonly string[];
}

/** The source says, or proves by its bytes, that nothing changed since the last good run. */
export interface NothingChanged {
  readonly kind: 'unchanged';
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  readonly fetchState: FetchState;
}

interface Staging {
  readonly job: Job;
  readonly template: Template;
  readonly lease: RunLease;
  readonly sink: BatchSink;
  readonly issues: IssueLog;
}

const DAY_MS = 86_400_000;

/**
 * Open, read, map, check, diff: brings the rows that are to be sent into the sink, and their issues into the log.
 * Changes nothing that another run would see, so it can be done again from the beginning.
 */
export async function stageRows(context: Context, staging: Staging): Promise<StagedRows | NothingChanged> {
  const { job, template, lease } = staging;
  const known = job.fetchState;
  const config = configHash(job, template);
  const isComparable = known.configHash === config && job.changeDetection.send !== 'all';
  const body = await openSource(context, followMove(job.source, known), {
    since: isComparable ? known.version : null,
    limits: {
      maxBytes: template.limits.maxSourceBytes,
      deadlineMs: context.settings.fetchDeadlineMs,
    },
    signal: lease.signal,
  });
  const moved = moveState(job.source, { known, movedTo: body.movedTo });
  if (body.kind === 'unchanged')
    return { kind: 'unchanged', counts: NO_COUNTS, warnings: [], fetchState: { ...known, ...moved } };
  const fetched = { version: body.version, ...moved };
  let compared: ComparedBody | undefined;
  try {
    compared = await compareBody(context, { body, known: isComparable ? known.body : null, lease });
    if (compared.same) return { kind: 'unchanged', ...compared.same, fetchState: { ...known, ...fetched } };
    const { bytes, whole } = compared;
    const staged = await stageBody(context, { ...staging, body: { ...body, bytes, whole } });
    return { ...staged, fetchState: { ...staged.fetchState, ...fetched, configHash: config } };
  } finally {
    await compared?.close();
    body.close();
    // What is on its way to the store has come there before anybody else goes on with the run.
    await Promise.allSettled([staging.sink.close()]);
  }
}

type Body = OpenedBytes & DigestedBytes;

async function stageBody(context: Context, staging: Staging & { body: Body }): Promise<StagedRows> {
  const { job, sink, issues, body } = staging;
  const { counts, end } = await readBody(context, staging);
  await Promise.all([sink.close(), issues.close()]);
  const { mappedPaths: mapped, pathsWithValues: present, ...found } = end;
  return {
    ...found,
    kind: 'staged',
    counts,
    vanishedPaths: vanished(job.fetchState.pathsWithValues, { mapped, present }),
    fetchState: {
      ...job.fetchState,
      body: knownBody(await body.whole(), { counts, warnings: end.warnings }),
      pathsWithValues: present,
    },
  };
}

/** Reads all of a body: batches go to the sink, issues to the log, counts to those who watch. */
async function readBody(
  context: Context,
  { job, template, lease, sink, issues, body }: Staging & { body: Body },
): Promise<{ counts: RunCounts; end: ReadEnd }> {
  const { signal } = lease;
  const request = await readRequest(context, { job, template, body });
  const reading = context.readChanges(body.bytes, request, { signal });
  for await (const piece of reading) {
    signal.throwIfAborted();
    const { counts } = piece;
    lease.note({ counts });
    if (piece.kind === 'end') return { counts, end: piece };
    if (piece.kind === 'issues') await issues.add(piece.issues);
    if (piece.kind === 'batch') await sink.add(piece, () => reading.release(piece.body));
  }
  throw new Error('a reading came to no end');
}

async function readRequest(
  context: Context,
  { job, template, body }: Pick<Staging, 'job' | 'template'> & { body: Body },
): Promise<ReadChangesRequest> {
  const { recordPath, parseOptions, mapping, changeDetection } = job;
  const { columns, uniqueTogether, identity, limits } = template;
  const { rowsPerBatch, maxBatchBytes } = batchLimits(template);
  return {
    rows: {
      template: { columns, uniqueTogether, identity, limits },
      maxBatchBytes,
      recordPath,
      parseOptions,
      mapping,
      hints: body.hints,
    },
    items: await loadItems(context, job),
    changeDetection,
    today: Math.floor(context.now().getTime() / DAY_MS),
    rowsPerBatch,
  };
}

async function loadItems(context: Context, job: Job): Promise<readonly Buffer[]> {
  if (!job.itemStateId) return [];
  const parts = await context.store.itemStates.load(job.projectId, job.id, job.itemStateId);
  if (!parts) throw new Error(`the item state ${job.itemStateId} of job ${job.id} is missing`);
  return parts;
}

function vanished(
  earlier: readonly string[],
  now: { mapped: readonly string[]; present: readonly string[] },
): string[] {
  return earlier.filter((path) => now.mapped.includes(path) && !now.present.includes(path));
}
