import { isFinished } from '@inlet/contracts';
import type { JobProposal, Run, RunChanges, RunEnding, RunUpload } from '@inlet/workflow';
import { Schema } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import {
  errorSummaryPart,
  fetchStatePart,
  PART_OPTIONS,
  runCountsPart,
  SCHEMA_OPTIONS,
} from './schema-parts.js';
import type { SealedText } from './sealing.js';

export interface RunDocument extends Omit<Run, 'id' | 'about' | 'sample' | 'proposal'> {
  _id: string;
  /** JSON text, sealed as a whole: a source in it has secrets. */
  sealedProposal?: string;
  /** JSON text: callers chose some of its member names, and the bytes of a repeated event must not change. */
  aboutJson: string;
  /** JSON text: its member names are the template's columns, which may hold dots. */
  sampleJson: string;
  /** Present only while it is true, which keeps finished runs out of the index of unfinished ones. */
  isUnfinished?: true;
  /** An old run is not considered for removal before this time; absent or null if it never was. */
  keptUntil?: Date | null;
}

const required = true;

const warningSchema = new Schema(
  {
    code: String,
    message: String,
    variant: String,
    parameters: Schema.Types.Mixed,
    line: Number,
    column: Number,
  },
  PART_OPTIONS,
);

const endingSchema = new Schema<RunEnding>(
  {
    outcome: { type: String, required },
    counts: { type: runCountsPart, required },
    error: { type: errorSummaryPart, default: null },
    fetchState: { type: fetchStatePart, default: null },
    retracts: { type: String, required },
    mustPause: { type: Boolean, required },
  },
  PART_OPTIONS,
);

const uploadPart = new Schema<RunUpload>(
  {
    uploadId: { type: String, required },
    revision: { type: Number, required },
    includeUnchanged: { type: Boolean, required },
  },
  PART_OPTIONS,
);

export const runSchema: Schema<RunDocument> = new Schema<RunDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    trigger: { type: String, required },
    isDryRun: { type: Boolean, required },
    sealedProposal: String,
    upload: { type: uploadPart, default: null },
    outcome: { type: String, required },
    isUnfinished: Boolean,
    phase: { type: String, required },
    counts: { type: runCountsPart, required },
    error: { type: errorSummaryPart, default: null },
    // Checked by the schemas of contracts.
    held: { type: Schema.Types.Mixed, default: null },
    decision: { type: Schema.Types.Mixed, default: null },
    decisionDeliveryId: { type: String, default: null },
    replacedBy: { type: String, default: null },
    undoes: { type: String, default: null },
    undoneBy: { type: String, default: null },
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
    fetchStateAfter: { type: fetchStatePart, default: null },
    knownItemsAfter: { type: Number, default: null },
    ending: { type: endingSchema, default: null },
    closingDeliveryId: { type: String, required },
    aboutJson: { type: String, required },
    sampleJson: { type: String, required },
    createdAt: { type: Date, required },
    startedAt: { type: Date, default: null },
    finishedAt: { type: Date, default: null },
    keptUntil: Date,
  },
  { ...SCHEMA_OPTIONS, collection: 'runs' },
);

// listOfJob, listNewestIds: newest first; removeOfJob
runSchema.index({ projectId: 1, jobId: 1, _id: -1 });
// listStranded: holds unfinished runs only, however many have finished
runSchema.index(
  { isUnfinished: 1, createdAt: 1, leaseOwner: 1, leaseUntil: 1, resumeAt: 1 },
  { partialFilterExpression: { isUnfinished: true } },
);
// listOld: the oldest first, without the runs that are kept for longer
runSchema.index({ keptUntil: 1, finishedAt: 1 });

const proposalContext = (runId: string): string => `run:${runId}:proposal`;

export const listRunSecrets = ({
  _id,
  sealedProposal,
}: Pick<RunDocument, '_id' | 'sealedProposal'>): SealedText[] =>
  sealedProposal === undefined
    ? []
    : [{ path: 'sealedProposal', text: sealedProposal, context: proposalContext(_id) }];

export function toRunDocument({ id, about, sample, proposal, ...rest }: Run, cipher: Cipher): RunDocument {
  const document: RunDocument = {
    _id: id,
    ...rest,
    aboutJson: JSON.stringify(about),
    sampleJson: JSON.stringify(sample),
  };
  if (!isFinished(rest.outcome)) document.isUnfinished = true;
  if (proposal) document.sealedProposal = cipher.encrypt(JSON.stringify(proposal), proposalContext(id));
  return document;
}

// Documents from before there were uploads have no `upload`.
export const toRun = (
  {
    _id,
    isUnfinished: _,
    keptUntil: __,
    sealedProposal,
    aboutJson,
    sampleJson,
    upload = null,
    ...rest
  }: RunDocument,
  cipher: Cipher,
): Run => ({
  id: _id,
  ...rest,
  upload,
  proposal: sealedProposal === undefined ? null : openProposal(sealedProposal, { runId: _id, cipher }),
  about: JSON.parse(aboutJson),
  sample: JSON.parse(sampleJson),
});

const openProposal = (sealed: string, { runId, cipher }: { runId: string; cipher: Cipher }): JobProposal =>
  JSON.parse(cipher.decrypt(sealed, proposalContext(runId)));

export interface RunDocumentUpdate {
  readonly $set: Partial<RunDocument>;
  readonly $unset?: { isUnfinished: 1; sealedProposal: 1 };
}

/** The update that makes these changes. It keeps `isUnfinished` in step with the outcome, and removes the proposal of a finished run. */
export function toRunDocumentUpdate({ about, sample, ...changes }: RunChanges): RunDocumentUpdate {
  const $set: Partial<RunDocument> = changes;
  if (about !== undefined) $set.aboutJson = JSON.stringify(about);
  if (sample !== undefined) $set.sampleJson = JSON.stringify(sample);
  if (changes.outcome === undefined) return { $set };
  if (isFinished(changes.outcome)) return { $set, $unset: { isUnfinished: 1, sealedProposal: 1 } };
  return { $set: { ...$set, isUnfinished: true } };
}
