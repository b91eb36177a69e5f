import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  type IncompleteRead,
  moveSource,
  type RunCounts,
  type Source,
  type SourceWarning,
  sourceIdentity,
  sourceSettings,
  type Template,
} from '@inlet/contracts';
import type { FeedJob, FetchState, Job } from '../ports/model.js';
import type { BodyDigest } from './digest-bytes.js';

/** After this many runs in a row with the same permanent redirect, the new address is used directly. */
const MOVES_BEFORE_FOLLOWING = 3;

/**
 * Digest of all settings that decide how a body is read: while it is unchanged, an unchanged body need not be read
 * again.
 */
export function configHash(job: FeedJob, template: Template): string {
  const { source, recordPath, parseOptions, mapping, changeDetection, filter } = job;
  const { columns, identity, uniqueTogether } = template;
  const { ignoreColumns, ...compared } = changeDetection;
  const later = withoutStored(
    { ignoreColumns, filter, identity: job.identity, blank: template.blank },
    STORED_JOB,
  );
  const parts = [
    sourceSettings(source),
    recordPath,
    parseOptions,
    mapping,
    compared,
    columns.map(({ onInvalid = 'empty', ...column }) =>
      withoutStored({ ...column, onInvalid }, STORED_COLUMN),
    ),
    identity,
    uniqueTogether,
    ...Object.entries(later).map(([name, value]) => ({ [name]: value })),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Digest of a filter, by which a run notices that a person has changed it. */
export const filterHash = (filter: Job['filter']): string =>
  createHash('sha256').update(JSON.stringify(filter)).digest('hex');

/** Whether the filter differs from that of the last accepted run. Older states only know all settings together. */
export function isFilterChanged(job: Job, config: string): boolean {
  const { filterHash: known = null, configHash: knownConfig } = job.fetchState;
  if (known === null) return knownConfig !== null && knownConfig !== config;
  return known !== filterHash(job.filter);
}

/** The values that stored jobs and columns got for settings which came later. */
const STORED_JOB = { ignoreColumns: [], filter: null, identity: { by: 'template' }, blank: 'clear' };
const STORED_COLUMN = { onInvalid: 'reject' };

/** Leaves out the settings that have the value of `stored`, so that an upgrade changes no digest. */
const withoutStored = (settings: object, stored: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, stored[name])),
  );

/** Returns the source at the address that it has moved to permanently. Its secrets never follow it to another server. */
export function followMove(source: Source, known: FetchState): Source {
  return known.movedTo !== null && hasMoved(source, known) ? moveSource(source, known.movedTo) : source;
}

/** Some servers keep a validator although the file changes, so it is only relied upon for a day. */
const RECHECK_MS = 86_400_000;

/** Whether the source was fetched unconditionally less than a day ago. If it is not known, the day begins now. */
export const isRecentlyChecked = ({ checkedAt }: FetchState, now: Date): boolean =>
  checkedAt === null || now.getTime() - checkedAt.getTime() < RECHECK_MS;

/** Counts the permanent redirects of a source: one may be a mistake, several in a row are not. */
export function moveState(
  source: Source,
  { known, movedTo }: { known: FetchState; movedTo: string | null },
): Pick<FetchState, 'movedFrom' | 'movedTo' | 'movedTimes'> {
  if (hasMoved(source, known)) return known;
  if (movedTo === null) return { movedFrom: null, movedTo: null, movedTimes: 0 };
  const movedFrom = sourceIdentity(source);
  const isSame = movedTo === known.movedTo && movedFrom === known.movedFrom;
  return { movedFrom, movedTo, movedTimes: isSame ? known.movedTimes + 1 : 1 };
}

const hasMoved = (source: Source, { movedFrom, movedTimes }: FetchState): boolean =>
  movedFrom === sourceIdentity(source) && movedTimes >= MOVES_BEFORE_FOLLOWING;

interface BodyFindings {
  readonly counts: RunCounts;
  readonly warnings: readonly SourceWarning[];
  readonly incomplete: IncompleteRead | null;
}

/**
 * Remembers a body without issues. One with issues is read again each time, so that each run lists them. So is one
 * without the expected line end, because the same body is complete if it comes again.
 */
export function knownBody(
  body: BodyDigest | null,
  { counts, warnings, incomplete }: BodyFindings,
): FetchState['body'] {
  const { records, excluded, empty, issues } = counts;
  if (incomplete?.reason === 'line_end_missing') return null;
  return body && records > 0 && issues === 0 ? { ...body, records, excluded, empty, warnings } : null;
}

/** Mapped paths that had values in earlier runs and have none in this one. */
export function vanishedPaths(
  { pathsWithValues: earlier }: FetchState,
  { mapped, present }: { mapped: readonly string[]; present: readonly string[] },
): string[] {
  return earlier.filter((path) => mapped.includes(path) && !present.includes(path));
}
