import type { Run, RunEnding } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { errorSummarySchema } from '../error-summary-schema.js';
import { fetchStateSchema } from '../jobs/job-schema.js';
import { runCountsSchema } from '../run-counts-schema.js';
import { PART_OPTIONS, SCHEMA_OPTIONS } from '../schema-options.js';

export interface RunRecord extends Omit<Run, 'id' | 'about' | 'sample' | 'proposal'> {
  _id: string;
  /** JSON text, encrypted as a whole: a source in it has secrets. */
  sealedProposal?: string;
  /** JSON text: it holds names that callers chose, and its events must have the same bytes each time. */
  aboutJson: string;
  /** JSON text: its member names are the template's columns and may hold dots. */
  sampleJson: string;
  /** Only there while it is true, so that finished runs stay outside of the index of unfinished ones. */
  isUnfinished?: true;
}

const required = true;

const warningSchema = new Schema(
  { code: String, message: String, line: Number, column: Number },
  PART_OPTIONS,
);

const endingSchema = new Schema<RunEnding>(
  {
    outcome: { type: String, required },
    counts: { type: runCountsSchema, required },
    error: { type: errorSummarySchema, default: null },
    fetchState: { type: fetchStateSchema, default: null },
    retracts: { type: String, required },
    mustPause: { type: Boolean, required },
  },
  PART_OPTIONS,
);

export const runSchema: Schema<RunRecord> = new Schema<RunRecord>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    trigger: { type: String, required },
    isDryRun: { type: Boolean, required },
    sealedProposal: String,
    outcome: { type: String, required },
    isUnfinished: Boolean,
    phase: { type: String, required },
    counts: { type: runCountsSchema, required },
    error: { type: errorSummarySchema, default: null },
    warnings: { type: [warningSchema], required },
    scheduledFor: { type: Date, default: null },
    lateMs: { type: Number, default: null },
    skippedTicks: { type: Number, required },
    isCancelRequested: { type: Boolean, required },
    leaseOwner: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    attempt: { type: Number, required },
    stagedAttempt: { type: Number, required },
    attemptsSinceRequeue: { type: Number, required },
    failedFetches: { type: Number, required },
    resumeAt: { type: Date, default: null },
    itemStateBefore: { type: String, default: null },
    fetchStateAfter: { type: fetchStateSchema, default: null },
    knownItemsAfter: { type: Number, default: null },
    ending: { type: endingSchema, default: null },
    closingDeliveryId: { type: String, required },
    aboutJson: { type: String, required },
    sampleJson: { type: String, required },
    createdAt: { type: Date, required },
    startedAt: { type: Date, default: null },
    finishedAt: { type: Date, default: null },
  },
  { ...SCHEMA_OPTIONS, collection: 'runs' },
);

// listOfJob: the newest first; removeOfJob
runSchema.index({ projectId: 1, jobId: 1, _id: -1 });
// listStranded: holds the unfinished runs only, however many have finished
runSchema.index(
  { isUnfinished: 1, createdAt: 1, leaseOwner: 1, leaseUntil: 1, resumeAt: 1 },
  { partialFilterExpression: { isUnfinished: true } },
);
