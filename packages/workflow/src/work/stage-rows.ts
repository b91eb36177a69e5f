import {
  type ChangeDetection,
  type Issue,
  NO_COUNTS,
  type RunCounts,
  type RunIssue,
  type Source,
  type SourceWarning,
  type Template,
} from '@inlet/contracts';
import { contentDigest, type ItemChange, ItemState } from '@inlet/pipeline';
import type { OpenResult } from '@inlet/places';
import type { FetchState, Job } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { emptyPathWarnings, rowsOf, type SourceRow } from '../rows-of.js';
import { openSource } from '../sources/open-source.js';
import { configHash } from './config-hash.js';
import type { IssueLog } from './issue-log.js';
import type { RowSink } from './outbox.js';
import type { RunLease } from './run-lease.js';

export interface StagedRows {
  readonly kind: 'staged';
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  readonly items: ItemState;
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
  readonly fetchState: FetchState;
}

interface Staging {
  readonly job: Job;
  readonly template: Template;
  readonly lease: RunLease;
  readonly sink: RowSink;
  readonly issues: IssueLog;
}

const DAY_MS = 86_400_000;
/** Items that left the source are remembered this long, so that one that comes back is not taken for new. */
const REMEMBER_DAYS = 180;
/** After this many runs in a row that were redirected for good, the new address is used directly. */
const MOVES_BEFORE_FOLLOWING = 3;

/**
 * Place, read, map, check, diff: brings the rows that are to be sent into the sink, and their issues into the log.
 * Changes nothing that another run would see, so it can be done again from the beginning.
 */
export async function stageRows(world: World, staging: Staging): Promise<StagedRows | NothingChanged> {
  const { job, template, lease } = staging;
  const known = job.fetchState;
  const config = configHash(job, template);
  const isComparable = known.configHash === config && job.changeDetection.send !== 'all';
  const body = await openSource(world, {
    source: followMove(job.source, known),
    maxBytes: template.limits.maxSourceBytes,
    deadlineMs: world.settings.fetchDeadlineMs,
    etag: isComparable ? known.etag : null,
    lastModified: isComparable ? known.lastModified : null,
    signal: lease.signal,
  });
  const moved = moveState(job.source, { known, movedTo: body.permanentUrl });
  if (body.kind === 'not_modified')
    return { kind: 'unchanged', counts: NO_COUNTS, fetchState: { ...known, ...moved } };
  try {
    const staged = await stageBody(world, { ...staging, body });
    const fetchState = { ...staged.fetchState, ...moved, configHash: config };
    return { ...staged, fetchState };
  } finally {
    body.close();
  }
}

async function stageBody(
  world: World,
  staging: Staging & { body: OpenResult & { kind: 'body' } },
): Promise<StagedRows> {
  const { job, template, lease, sink, issues, body } = staging;
  const items = await loadItems(world, job);
  const today = Math.floor(world.now().getTime() / DAY_MS);
  const rows = rowsOf(body.bytes, {
    template,
    recordPath: job.recordPath,
    reading: job.reading,
    mapping: job.mapping,
    httpCharset: body.charset,
    baseUrl: body.finalUrl,
  });
  const counts = { ...NO_COUNTS };
  for await (const batch of rows.batches) {
    lease.signal.throwIfAborted();
    for (const row of batch) {
      const change = row.row.isValid ? items.meet(row.rowKey, contentDigest(row.values), today) : 'invalid';
      if (change === 'invalid') items.keep(row.rowKey);
      const noted = countRow(counts, row, change);
      if (noted) await issues.add(noted);
      if (isSendable(change) && isWanted(change, job.changeDetection)) await sink.add(row, change);
    }
    counts.bytes = rows.facts.bytes;
    counts.issues = issues.count;
    lease.note({ counts: { ...counts } });
  }
  const missingItems = items.unseenKnown;
  if (job.changeDetection.removed) {
    for (const rowKey of items.unseen()) await sink.addRemoved(rowKey);
    counts.removed = missingItems;
    items.dropUnseen(Number.MAX_SAFE_INTEGER);
  } else {
    items.dropUnseen(today - REMEMBER_DAYS);
  }
  await Promise.all([sink.close(), issues.close()]);
  const present = rows.pathsWithValues();
  return {
    kind: 'staged',
    counts: { ...counts, bytes: rows.facts.bytes, issues: issues.count, batches: sink.batches },
    warnings: [...rows.facts.warnings, ...(counts.records > 0 ? emptyPathWarnings(rows) : [])],
    items,
    missingItems,
    vanishedPaths: vanished(job.fetchState.pathsWithValues, { mapped: rows.mappedPaths, present }),
    fetchState: {
      ...job.fetchState,
      etag: body.etag,
      lastModified: body.lastModified,
      pathsWithValues: present,
    },
  };
}

async function loadItems(world: World, job: Job): Promise<ItemState> {
  if (!job.itemStateId) return ItemState.empty();
  const bytes = await world.store.itemStates.load(job.projectId, job.id, job.itemStateId);
  if (!bytes) throw new Error(`the item state ${job.itemStateId} of job ${job.id} is missing`);
  return ItemState.parse(bytes);
}

type RowFate = ItemChange | 'invalid';

const isSendable = (fate: RowFate): fate is 'created' | 'updated' | 'unchanged' =>
  fate !== 'invalid' && fate !== 'duplicate';

function isWanted(change: 'created' | 'updated' | 'unchanged', { send }: ChangeDetection): boolean {
  if (send === 'all') return true;
  if (send === 'new') return change === 'created';
  return change !== 'unchanged';
}

/** Counts a row and gives the issues to be reported for it, if there are any. */
function countRow(counts: RunCounts, source: SourceRow, fate: RowFate): RunIssue[] | undefined {
  counts.records += 1;
  if (fate === 'invalid') counts.invalid += 1;
  else counts.valid += 1;
  if (fate === 'created') counts.created += 1;
  else if (fate === 'updated') counts.updated += 1;
  else if (fate === 'unchanged') counts.unchanged += 1;
  else if (fate === 'duplicate') counts.duplicates += 1;
  const issues = fate === 'duplicate' ? [...(source.row.issues ?? []), DUPLICATE] : source.row.issues;
  if (!issues) return undefined;
  counts.warnings += issues.filter(({ severity }) => severity === 'warning').length;
  const { rowKey } = source;
  return issues.map((issue) => ({ ...issue, record: source.row.record, rowKey }));
}

const DUPLICATE: Issue = {
  columnKey: null,
  code: 'duplicate_identity',
  message: 'An earlier record of this file is the same item; only the first one counts.',
  severity: 'warning',
};

function vanished(
  earlier: readonly string[],
  now: { mapped: readonly string[]; present: readonly string[] },
): string[] {
  return earlier.filter((path) => now.mapped.includes(path) && !now.present.includes(path));
}

const hasMoved = (source: Source, { movedFrom, movedTimes }: FetchState): boolean =>
  movedFrom === source.url && movedTimes >= MOVES_BEFORE_FOLLOWING;

/** Uses the address that a source moved to for good; credentials never follow it to another site. */
function followMove(source: Source, known: FetchState): Source {
  if (known.movedTo === null || !hasMoved(source, known)) return source;
  const isSameSite = new URL(known.movedTo).origin === new URL(source.url).origin;
  const hasCredentials = source.headers !== undefined || source.basicAuth !== undefined;
  return isSameSite || !hasCredentials ? { ...source, url: known.movedTo } : source;
}

/** Remembers where a source moved to for good; one answer is no proof, a row of them is. */
function moveState(
  source: Source,
  { known, movedTo }: { known: FetchState; movedTo: string | null },
): Pick<FetchState, 'movedFrom' | 'movedTo' | 'movedTimes'> {
  if (hasMoved(source, known)) return known;
  if (movedTo === null) return { movedFrom: null, movedTo: null, movedTimes: 0 };
  const isSame = movedTo === known.movedTo && source.url === known.movedFrom;
  return { movedFrom: source.url, movedTo, movedTimes: isSame ? known.movedTimes + 1 : 1 };
}
