import { type LastRun, type Source, secretFieldsOf } from '@inlet/contracts';
import { type BodyLimit, type Job, type JobChanges, type JobEnd, NOTHING_FETCHED } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import {
  errorSummaryPart,
  fetchStatePart,
  PART_OPTIONS,
  runCountsPart,
  SCHEMA_OPTIONS,
} from './schema-parts.js';
import { listSealedFields, openFields, type Sealed, type SealedText, sealFields } from './sealing.js';

export interface JobDocument extends Omit<Job, 'id' | 'source' | 'extra'> {
  _id: string;
  source: Sealed<Source> | null;
  /** JSON text: the caller chooses its member names, and the database treats some names as special. */
  extraJson: string;
}

const required = true;

const changeDetectionSchema = new Schema(
  { send: String, removed: Boolean, ignoreColumns: [String] },
  PART_OPTIONS,
);

const guardRailsSchema = new Schema(
  {
    maxInvalidPercent: Number,
    maxRemovedPercent: Number,
    holdWhenEmpty: Boolean,
    holdOnDrift: Boolean,
    holdOnChurn: Boolean,
    sourceIncomplete: String,
    pauseAfterFailures: Number,
  },
  PART_OPTIONS,
);

const bodyLimitSchema = new Schema<BodyLimit>(
  {
    receiver: { type: String, required },
    maxBytes: { type: Number, required },
    learnedAt: { type: Date, required },
  },
  PART_OPTIONS,
);

const lastRunSchema = new Schema<LastRun>(
  {
    runId: String,
    outcome: String,
    counts: runCountsPart,
    error: { type: errorSummaryPart, default: null },
    finishedAt: String,
  },
  PART_OPTIONS,
);

export const jobSchema: Schema<JobDocument> = new Schema<JobDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    kind: { type: String, required },
    label: { type: String, required },
    status: { type: String, required },
    pausedBecause: { type: errorSummaryPart, default: null },
    recordPath: { type: String, required },
    // Unions of many shapes, which the schemas of contracts check.
    source: { type: Schema.Types.Mixed, default: null },
    parseOptions: { type: Schema.Types.Mixed, required },
    mapping: { type: Schema.Types.Mixed, required },
    identity: { type: Schema.Types.Mixed, required },
    firstRun: { type: Schema.Types.Mixed, required },
    filter: { type: Schema.Types.Mixed, default: null },
    columns: { type: Schema.Types.Mixed, default: null },
    schedule: { type: Schema.Types.Mixed, default: null },
    overlap: { type: String, required },
    changeDetection: { type: changeDetectionSchema, required },
    guardRails: { type: guardRailsSchema, required },
    whenHeld: { type: String, default: 'replace' },
    extraJson: { type: String, required },
    nextRunAt: { type: Date, default: null },
    activeRunId: { type: String, default: null },
    heldRunId: { type: String, default: null },
    hasQueuedTick: { type: Boolean, required },
    lastRun: { type: lastRunSchema, default: null },
    failuresInARow: { type: Number, required },
    knownItems: { type: Number, required },
    itemStateId: { type: String, default: null },
    fetchState: { type: fetchStatePart, required },
    bodyLimit: { type: bodyLimitSchema, default: null },
    temporaryUntil: { type: Date, default: null },
    runCount: { type: Number, required },
    revision: { type: Number, required },
    createdAt: { type: Date, required },
    updatedAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'import_jobs' },
);

// listOfUser: newest first
jobSchema.index({ projectId: 1, externalUserId: 1, _id: -1 });
// listOfTemplate: oldest first
jobSchema.index({ projectId: 1, templateId: 1, _id: 1 });
// listOverdue; counts: from the index alone
jobSchema.index({ status: 1, activeRunId: 1, nextRunAt: 1 });
// listScheduled
jobSchema.index({ status: 1, _id: 1 });
// findOrInsert
jobSchema.index(
  { projectId: 1, templateId: 1, externalUserId: 1, kind: 1 },
  { unique: true, partialFilterExpression: { kind: 'upload' } },
);
// listExpired
jobSchema.index({ temporaryUntil: 1 });

interface JobSealing {
  readonly jobId: string;
  readonly cipher: Cipher;
}

const ownerOf = (jobId: string): string => `job:${jobId}:source`;

const sealingOf = ({ jobId, cipher }: JobSealing) => ({ cipher, owner: ownerOf(jobId) });

export const listJobSecrets = ({ _id, source }: Pick<JobDocument, '_id' | 'source'>): SealedText[] =>
  source === null ? [] : listSealedFields(source, { path: 'source', owner: ownerOf(_id) });

const sealSource = (source: Source, sealing: JobSealing): Sealed<Source> =>
  sealFields(source, { fields: secretFieldsOf(source.kind), ...sealingOf(sealing) });

export const toJobDocument = ({ id, source, extra, ...rest }: Job, cipher: Cipher): JobDocument => ({
  _id: id,
  ...rest,
  source: source && sealSource(source, { jobId: id, cipher }),
  extraJson: JSON.stringify(extra),
});

// Documents from before there were temporary drafts have no `temporaryUntil`.
export const toJob = (
  { _id, source, schedule, kind, extraJson, temporaryUntil = null, ...rest }: JobDocument,
  cipher: Cipher,
): Job => {
  const fields = { id: _id, ...rest, temporaryUntil, extra: JSON.parse(extraJson) };
  if (kind === 'upload') return { ...fields, kind, source: null, schedule: null };
  if (source === null || schedule === null) throw new TypeError(`the job ${_id} has lost its source`);
  return { ...fields, kind, schedule, source: openFields(source, sealingOf({ jobId: _id, cipher })) };
};

type JobFields = { -readonly [Name in keyof JobDocument]?: JobDocument[Name] };

/** Only the members that are present: one that is left out keeps its value. */
export function toJobChanges(changes: JobChanges, sealing: JobSealing): JobFields {
  const { source, extra, ...fields } = changes;
  const stored: JobFields = fields;
  if (source !== undefined) stored.source = sealSource(source, sealing);
  if (extra !== undefined) stored.extraJson = JSON.stringify(extra);
  return stored;
}

/** The members that the end of a run changes. */
export function toEndedJob({
  newState,
  fetchState,
  heldRunId,
  nextRunAt,
  paused,
  ...end
}: JobEnd): JobFields {
  const ended: JobFields = { activeRunId: null, hasQueuedTick: false, ...end, ...newState };
  if (fetchState !== undefined) ended.fetchState = fetchState;
  if (heldRunId !== undefined) ended.heldRunId = heldRunId;
  if (nextRunAt !== undefined) ended.nextRunAt = nextRunAt;
  if (paused === undefined) return ended;
  return { ...ended, status: 'paused', pausedBecause: paused.because, updatedAt: paused.at };
}

/** A schedule without a next time ends the job. */
export const toMovedJob = (nextRunAt: Date | null): Partial<JobDocument> =>
  nextRunAt === null ? { nextRunAt, status: 'ended' } : { nextRunAt };

/** The members of a fetch state that a reset clears: row keys are made in the same way again. */
export const toResetJob = (): Readonly<Record<string, unknown>> => {
  const { rowIdentity: _, ...cleared } = NOTHING_FETCHED;
  const fields = Object.entries(cleared).map(([name, value]) => [`fetchState.${name}`, value]);
  return { itemStateId: null, knownItems: 0, heldRunId: null, ...Object.fromEntries(fields) };
};
