import type { LastRun } from '@inlet/contracts';
import type { FetchState, Job } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { errorSummarySchema } from '../error-summary-schema.js';
import { runCountsSchema } from '../run-counts-schema.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from '../schema-options.js';
import type { StoredUrl } from '../seal-url.js';

export interface StoredSource extends StoredUrl {
  kind: 'url';
  sealedHeaders?: string;
  basicAuth?: { username: string; sealedPassword: string };
}

export interface JobRecord extends Omit<Job, 'id' | 'source' | 'extra'> {
  _id: string;
  source: StoredSource;
  /** JSON text: its member names are the caller's, and may be ones that the database treats as special. */
  extraJson: string;
}

const required = true;

const sourceSchema = new Schema<StoredSource>(
  {
    kind: { type: String, required },
    url: { type: String, required },
    sealedUrl: String,
    sealedHeaders: String,
    basicAuth: new Schema({ username: String, sealedPassword: String }, PART_OPTIONS),
  },
  PART_OPTIONS,
);

const changeDetectionSchema = new Schema({ send: String, removed: Boolean }, PART_OPTIONS);

const guardRailsSchema = new Schema(
  {
    maxInvalidPercent: Number,
    maxRemovedPercent: Number,
    holdWhenEmpty: Boolean,
    holdOnDrift: Boolean,
    pauseAfterFailures: Number,
  },
  PART_OPTIONS,
);

const lastRunSchema = new Schema<LastRun>(
  {
    runId: String,
    outcome: String,
    counts: runCountsSchema,
    error: { type: errorSummarySchema, default: null },
    finishedAt: String,
  },
  PART_OPTIONS,
);

const bodySchema = new Schema(
  { digest: String, bytes: Number, records: Number, warnings: [Schema.Types.Mixed] },
  PART_OPTIONS,
);

export const fetchStateSchema = new Schema<FetchState>(
  {
    etag: String,
    lastModified: String,
    configHash: String,
    movedFrom: String,
    movedTo: String,
    movedTimes: Number,
    body: { type: bodySchema, default: null },
    pathsWithValues: [String],
  },
  PART_OPTIONS,
);

export const jobSchema: Schema<JobRecord> = new Schema<JobRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    label: { type: String, required },
    status: { type: String, required },
    pausedBecause: { type: errorSummarySchema, default: null },
    source: { type: sourceSchema, required },
    recordPath: { type: String, required },
    // unions of many shapes, which the contracts' schemas hold
    parseOptions: { type: Schema.Types.Mixed, required },
    mapping: { type: Schema.Types.Mixed, required },
    columns: { type: Schema.Types.Mixed, default: null },
    schedule: { type: Schema.Types.Mixed, required },
    overlap: { type: String, required },
    changeDetection: { type: changeDetectionSchema, required },
    guardRails: { type: guardRailsSchema, required },
    extraJson: { type: String, required },
    nextRunAt: { type: Date, default: null },
    activeRunId: { type: String, default: null },
    hasQueuedTick: { type: Boolean, required },
    lastRun: { type: lastRunSchema, default: null },
    failuresInARow: { type: Number, required },
    knownItems: { type: Number, required },
    itemStateId: { type: String, default: null },
    fetchState: { type: fetchStateSchema, required },
    revision: { type: Number, required },
    createdAt: { type: Date, required },
    updatedAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'import_jobs' },
);

// listOfUser: the newest first
jobSchema.index({ projectId: 1, externalUserId: 1, _id: -1 });
// listOfTemplate: the oldest first
jobSchema.index({ projectId: 1, templateId: 1, _id: 1 });
// listOverdue; counts: from the index alone
jobSchema.index({ status: 1, activeRunId: 1, nextRunAt: 1 });
