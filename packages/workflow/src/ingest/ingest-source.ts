import type { DecodeHints, EventAbout, RunCounts, SourceWarning, Template } from '@inlet/contracts';
import { type IncompleteRead, isMissingBytes, NO_COUNTS, pagingOf } from '@inlet/contracts';
import { type Churn, guessIdentity } from '@inlet/pipeline';
import { batchLimits } from '../outbox/batch-limits.js';
import type { EmptiedColumn, ReadBatch, ReadChangesRequest, ReadEnd } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import type { FeedJob, FetchState, Job } from '../ports/model.js';
import type { ComparedPage, TurnPage } from '../ports/source-pages.js';
import { followSitemaps } from '../sources/follow-sitemaps.js';
import { openSource } from '../sources/open-source.js';
import { type ComparedBody, compareBody } from './compare-body.js';
import { tolerateCut } from './cut-transfer.js';
import type { DigestedBytes } from './digest-bytes.js';
import {
  configHash,
  filterHash,
  followMove,
  isFilterChanged,
  isRecentlyChecked,
  knownBody,
  moveState,
  vanishedPaths,
} from './fetch-state.js';
import { findCandidates } from './find-candidates.js';
import { isRepeatWarning } from './identity-warnings.js';
import type { IssueLog } from './issue-log.js';
import { loadItems } from './load-items.js';
import { createPageTurner } from './page-turner.js';
import { createReplayableSource, type SourcePages } from './replayable-source.js';
import { type JobIdentity, jobIdentity } from './row-identity-setting.js';

/** Receives the batches of rows to send. */
export interface BatchSink {
  /** Calls `recycle` as soon as the body is no longer needed. */
  add(batch: ReadBatch, recycle: () => void): Promise<void> | void;
  /** Drops all batches so far: the source is read again from the beginning. */
  clear(): Promise<void> | void;
  /** Waits for batches that are still being stored. */
  close(): Promise<void>;
}

export interface IngestOptions {
  readonly job: FeedJob;
  readonly template: Template;
  /** Description of the run, which the body of each batch repeats. */
  readonly about: EventAbout;
  readonly batches: BatchSink;
  readonly issues: IssueLog;
  readonly signal: AbortSignal;
  /** Whether to read what came of a transfer that broke off, because it is not tried again soon. */
  readonly acceptsCut: boolean;
  readonly onProgress: (counts: RunCounts) => void;
}

/** The results of an ingest that the release of a run needs. */
export interface IngestedRows {
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  /** The item state after this run. */
  readonly items: readonly Buffer[];
  readonly knownItems: number;
  readonly fetchState: FetchState;
}

export interface IngestedSource extends IngestedRows {
  readonly kind: 'ingested';
  /** Whether the stored item state could not be read, so that the rows were compared with nothing. */
  readonly isStateUnreadable: boolean;
  /** Set if the ids of the source have changed and not its items. */
  readonly churn: Churn | null;
  /** Known items that were missing from the source; 0 if it was not read to its proper end. */
  readonly missingItems: number;
  readonly missingExamples: readonly string[];
  /** Known items that the filter excludes because they have changed; 0 after a change of the filter. */
  readonly excludedItems: number;
  readonly excludedExamples: readonly string[];
  readonly emptiedColumns: readonly EmptiedColumn[];
  /** The end of a source that was not read to its proper end; null if it was. */
  readonly incomplete: IncompleteRead | null;
  /** Paths that had values in earlier runs and have none in this one. */
  readonly vanishedPaths: readonly string[];
}

/** The source says, or its bytes prove, that nothing changed since the last good run. */
export interface UnchangedSource {
  readonly kind: 'unchanged';
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  readonly fetchState: FetchState;
}

const DAY_MS = 86_400_000;

/** A person who changes the filter wants items to be excluded. */
const NO_EXCLUSIONS: Pick<IngestedSource, 'excludedItems' | 'excludedExamples'> = {
  excludedItems: 0,
  excludedExamples: [],
};

/**
 * Open, compare, read, map, check, diff: passes the rows to send to `batches` and their issues to `issues`. Changes
 * nothing that another run could see, so it can be repeated from the beginning.
 */
export async function ingestSource(
  context: Context,
  options: IngestOptions,
): Promise<IngestedSource | UnchangedSource> {
  const { job, template, batches, signal, onProgress } = options;
  const known = job.fetchState;
  const config = configHash(job, template);
  const isComparable = known.configHash === config && job.changeDetection.send !== 'all';
  const source = followMove(job.source, known);
  const limits = {
    maxBytes: template.limits.maxSourceBytes,
    deadlineMs: context.settings.fetchDeadlineMs,
  };
  // The first page tells nothing about items that are missing from later ones.
  const canBeUnchanged = isComparable && !(job.changeDetection.removed && known.pages > 1);
  const mayTrust = canBeUnchanged && isRecentlyChecked(known, context.now());
  const opened = await openSource(context, source, {
    since: mayTrust ? known.version : null,
    limits,
    signal,
  });
  const moved = moveState(job.source, { known, movedTo: opened.movedTo });
  if (opened.kind === 'unchanged') {
    const checkedAt = known.checkedAt ?? context.now();
    const fetchState = { ...known, checkedAt, ...moved };
    return { kind: 'unchanged', counts: NO_COUNTS, warnings: [], fetchState };
  }
  const { recordPath } = job;
  const body = await followSitemaps(context, opened, { source, recordPath, limits, signal });
  const fetched = { version: body.version, checkedAt: context.now(), ...moved };
  const transfer = options.acceptsCut ? tolerateCut(body.bytes) : { bytes: body.bytes, incomplete: null };
  let compared: ComparedBody | undefined;
  const turner = createPageTurner(context, {
    source,
    first: body,
    onFirstRead: async () => compared?.whole(),
    limits,
    stopsAtKnown: isComparable && !job.changeDetection.removed,
    signal,
  });
  try {
    compared = await compareBody(context, {
      body: { bytes: transfer.bytes, sizeBytes: body.sizeBytes },
      known: canBeUnchanged ? known.body : null,
      onProgress,
    });
    if (compared.same) return { kind: 'unchanged', ...compared.same, fetchState: { ...known, ...fetched } };
    const { bytes, whole } = compared;
    const ingested = await ingestBody(context, {
      ...options,
      body: { bytes, whole, hints: body.hints },
      turnPage: async (page) => {
        const { incomplete } = transfer;
        return incomplete ? { kind: 'end', incomplete, isEarly: false } : turner.turn(page);
      },
      identity: jobIdentity(job, template),
    });
    // Bytes that the source names with this version are missing: the next fetch must not ask for later ones only.
    const isCut = ingested.incomplete !== null && isMissingBytes(ingested.incomplete);
    const version = isCut ? null : fetched.version;
    const { pages, hasGap } = turner;
    // Behind a gap are items that only the next run can read, also if the first page stays the same.
    const configAfter = hasGap ? null : config;
    const fetchState = {
      ...ingested.fetchState,
      ...fetched,
      version,
      pages,
      configHash: configAfter,
      filterHash: filterHash(job.filter),
    };
    return { ...ingested, ...(isFilterChanged(job, config) && NO_EXCLUSIONS), fetchState };
  } finally {
    await compared?.close();
    turner.close();
    // Nothing may still be on its way to the store when another worker takes over the run.
    await Promise.allSettled([batches.close()]);
  }
}

interface BodyOptions extends IngestOptions {
  readonly body: DigestedBytes & { readonly hints: DecodeHints };
  readonly turnPage: TurnPage<ComparedPage>;
  readonly identity: JobIdentity;
}

async function ingestBody(context: Context, options: BodyOptions): Promise<IngestedSource> {
  const { job, batches, issues, body, identity } = options;
  const { counts, end, isStateUnreadable } = await readOnBasis(context, options);
  await Promise.all([batches.close(), issues.close()]);
  const { mappedPaths: mapped, pathsWithValues: present, identity: used, endsWithLineEnd, ...found } = end;
  const isUndecided = identity.decided === null && found.knownItems === 0;
  return {
    ...found,
    kind: 'ingested',
    counts,
    isStateUnreadable,
    vanishedPaths: vanishedPaths(job.fetchState, { mapped, present }),
    fetchState: {
      ...job.fetchState,
      body: knownBody(await body.whole(), { counts, ...end }),
      pathsWithValues: present,
      incomplete: end.incomplete?.reason ?? (endsWithLineEnd ? 'line_end' : null),
      rowIdentity: { by: identity.by, basis: isUndecided ? null : used.basis, paths: used.paths },
      ignoredColumns: job.changeDetection.ignoreColumns,
      hasUnsentRekeys: false,
    },
  };
}

/**
 * Reads on a guessed identity if it is not decided yet: the id of a feed, else a path by its name. If the whole file
 * shows that it identifies nothing, reads the same bytes once more, on the identity that suits them.
 */
async function readOnBasis(context: Context, options: BodyOptions): Promise<ReadBody> {
  const { job, batches, issues, body, identity, turnPage } = options;
  if (identity.decided !== null) return readBody(context, options);
  const { candidates, bytes } = await findCandidates(context, { job, bytes: body.bytes, hints: body.hints });
  const kept = createReplayableSource({ bytes, turnPage }, context.settings.spoolDir);
  const readFrom = (source: SourcePages, changes: Partial<BodyOptions> = {}) =>
    readBody(context, {
      ...options,
      ...changes,
      body: { ...body, bytes: source.bytes },
      turnPage: source.turnPage,
    });
  try {
    const first = await readFrom(kept.source, { identity: { ...identity, candidates } });
    const { identity: decided, warnings } = first.end;
    const again = decided.isGuessRight ? null : kept.replay();
    const guess = { ...guessIdentity(candidates), isGuessRight: true };
    if (!again) return { ...first, end: { ...first.end, identity: decided.isGuessRight ? decided : guess } };
    await Promise.all([batches.clear(), issues.clear()]);
    const { counts, end } = await readFrom(again, { identity: { ...identity, decided } });
    const warned = { ...end, warnings: [...end.warnings, ...warnings.filter(isRepeatWarning)] };
    return { ...first, counts, end: warned };
  } finally {
    await kept.close();
  }
}

interface ReadBody {
  readonly counts: RunCounts;
  readonly end: ReadEnd;
  readonly isStateUnreadable: boolean;
}

async function readBody(context: Context, options: BodyOptions): Promise<ReadBody> {
  const { job, batches, issues, signal, onProgress, body, turnPage } = options;
  const known = await loadItems(context, { ...job, jobId: job.id });
  const request = readRequest(context, { ...options, known: known ?? [] });
  const reader = context.readChanges(body.bytes, request, { signal, turnPage });
  for await (const piece of reader) {
    signal.throwIfAborted();
    const { counts } = piece;
    onProgress(counts);
    if (piece.kind === 'end') return { counts, end: piece, isStateUnreadable: known === null };
    if (piece.kind === 'issues') await issues.add(piece.issues);
    if (piece.kind === 'batch') await batches.add(piece, () => reader.recycle(piece.body));
  }
  throw new Error('the reader ended without a last piece');
}

interface RequestOptions extends BodyOptions {
  /** The parts of the item state. */
  readonly known: readonly Buffer[];
}

function readRequest(
  context: Context,
  { job, template, about, body, identity, known }: RequestOptions,
): ReadChangesRequest {
  const { recordPath, parseOptions, mapping, changeDetection, filter, itemStateId } = job;
  const { columns, uniqueTogether, limits } = template;
  const formerIgnoreColumns = formerlyIgnored(job);
  const hasOtherContentKeys = formerIgnoreColumns !== null && identity.decided?.basis === 'content';
  const hasFormerKeys = identity.isChanged || hasOtherContentKeys || job.fetchState.hasUnsentRekeys === true;
  return {
    rows: {
      template: { columns, uniqueTogether, limits },
      identity: {
        columns: identity.columns,
        decided: identity.decided,
        candidates: identity.candidates,
        isContentChosen: identity.isContentChosen,
      },
      filter,
      ignoreColumns: changeDetection.ignoreColumns,
      formerIgnoreColumns,
      recordPath,
      parseOptions,
      mapping,
      blanks: { rule: template.blank, mapped: mapping.map(({ column }) => column) },
      hints: body.hints,
      nextPagePath: pagingOf(job.source).nextPagePath,
      expectsLineEnd: job.fetchState.incomplete === 'line_end',
    },
    items: known,
    changeDetection,
    isRekey: itemStateId !== null && known.length > 0 && hasFormerKeys,
    firstRun: identity.isFirst ? job.firstRun : 'all',
    today: Math.floor(context.now().getTime() / DAY_MS),
    batch: batchLimits(context, { job, template, about }),
    version: job.runCount,
  };
}

/** The columns that the contents of the known items leave out; null if they are those that the job ignores. */
function formerlyIgnored({ fetchState, changeDetection }: Job): readonly string[] | null {
  const { ignoredColumns } = fetchState;
  if (ignoredColumns === null) return null;
  return nameSet(ignoredColumns) === nameSet(changeDetection.ignoreColumns) ? null : ignoredColumns;
}

const nameSet = (names: readonly string[]): string => JSON.stringify([...new Set(names)].sort());
