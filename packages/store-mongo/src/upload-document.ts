import type { SheetCounts, UploadFile } from '@inlet/contracts';
import type {
  RejectionsRef,
  ReviewLink,
  Upload,
  UploadAutomation,
  UploadChanges,
  UploadFinish,
} from '@inlet/workflow';
import { Schema } from 'mongoose';
import { errorSummaryPart, PART_OPTIONS, SCHEMA_OPTIONS } from './schema-parts.js';

export interface UploadDocument extends Omit<Upload, 'id' | 'extra'> {
  _id: string;
  /** JSON text: the caller chooses its member names, and the database treats some names as special. */
  extraJson: string;
  /** Received bytes of all its files that are kept: the sum for a project is read from an index. */
  storedBytes: number;
}

const required = true;

const fileSchema = new Schema<UploadFile>(
  {
    id: { type: String, required },
    name: { type: String, required },
    sizeBytes: { type: Number, default: null },
    receivedBytes: { type: Number, required },
    sha256: { type: String, default: null },
    format: { type: String, default: null },
    encoding: { type: String, default: null },
    delimiter: { type: String, default: null },
    worksheets: { type: Schema.Types.Mixed, required },
    worksheet: { type: String, default: null },
    error: { type: errorSummaryPart, default: null },
    sameAs: { type: Schema.Types.Mixed, default: null },
    mismatch: { type: Schema.Types.Mixed, default: null },
  },
  PART_OPTIONS,
);

const countsSchema = new Schema<SheetCounts>(
  {
    rows: { type: Number, required },
    valid: { type: Number, required },
    invalid: { type: Number, required },
    warnings: { type: Number, required },
    blank: { type: Number, required },
    hidden: { type: Number, required },
    delivered: { type: Number, required },
  },
  PART_OPTIONS,
);

const finishSchema = new Schema<UploadFinish>(
  {
    revision: { type: Number, required },
    runId: { type: String, required },
    includeUnchanged: { type: Boolean, required },
  },
  PART_OPTIONS,
);

const rejectionsSchema = new Schema<RejectionsRef>(
  { id: { type: String, required }, parts: { type: Number, required } },
  PART_OPTIONS,
);

const automationSchema = new Schema<UploadAutomation>(
  {
    // Checked by the schemas of contracts.
    mapping: { type: Schema.Types.Mixed, default: null },
    onInvalid: { type: String, required },
    isEnded: { type: Boolean, required },
    deliveryId: { type: String, required },
    runId: { type: String, required },
  },
  PART_OPTIONS,
);

const reviewLinkSchema = new Schema<ReviewLink>(
  {
    id: { type: String, required },
    tokenHash: { type: String, required },
    expiresAt: { type: Date, required },
  },
  PART_OPTIONS,
);

export const uploadSchema: Schema<UploadDocument> = new Schema<UploadDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    templateId: { type: String, required },
    externalUserId: { type: String, required },
    jobId: { type: String, required },
    origin: { type: String, required },
    label: { type: String, required },
    locale: { type: String, default: null },
    extraJson: { type: String, required },
    // Unions of many shapes, which the schemas of contracts check.
    columns: { type: Schema.Types.Mixed, default: null },
    header: { type: Schema.Types.Mixed, default: null },
    headings: { type: [Schema.Types.Mixed], required },
    mapping: { type: Schema.Types.Mixed, default: null },
    customColumns: { type: [String], required },
    status: { type: String, required },
    files: { type: [fileSchema], required },
    counts: { type: countsSchema, required },
    scan: { type: Number, required },
    isScanned: { type: Boolean, required },
    revision: { type: Number, required },
    lastEditId: { type: String, default: null },
    finish: { type: finishSchema, default: null },
    rejections: { type: rejectionsSchema, default: null },
    runIds: { type: [String], required },
    undoneRunIds: { type: [String], required },
    contentsRemovedAt: { type: Date, default: null },
    storedBytes: { type: Number, required },
    error: { type: errorSummaryPart, default: null },
    automation: { type: automationSchema, default: null },
    reviewLinks: { type: [reviewLinkSchema], required },
    leaseOwner: { type: String, default: null },
    leaseUntil: { type: Date, default: null },
    createdAt: { type: Date, required },
    updatedAt: { type: Date, required },
    expiresAt: { type: Date, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'uploads' },
);

// usageOfProject: only from the index
uploadSchema.index({ projectId: 1, storedBytes: 1 });
// shortenExpiry
uploadSchema.index({ projectId: 1, expiresAt: 1 });
// list: newest first, by each of the conditions
uploadSchema.index({ projectId: 1, _id: -1 });
uploadSchema.index({ projectId: 1, templateId: 1, _id: -1 });
uploadSchema.index({ projectId: 1, status: 1, _id: -1 });
// list; usageOfUser
uploadSchema.index({ projectId: 1, externalUserId: 1, _id: -1 });
uploadSchema.index({ projectId: 1, externalUserId: 1, createdAt: -1 });
// findSame
uploadSchema.index(
  { projectId: 1, templateId: 1, externalUserId: 1, 'files.sha256': 1 },
  { partialFilterExpression: { status: 'completed' } },
);
// listAbandoned
uploadSchema.index({ leaseUntil: 1 });
// listDelivering
uploadSchema.index({ status: 1, updatedAt: 1 }, { partialFilterExpression: { status: 'delivering' } });
// listAutomatic
uploadSchema.index(
  { 'automation.isEnded': 1, updatedAt: 1 },
  { partialFilterExpression: { 'automation.isEnded': false } },
);
// findByReviewToken
uploadSchema.index({ 'reviewLinks.tokenHash': 1 }, { sparse: true });
// listExpired. Not an index by which the database removes documents: that would leave files and sheets behind.
uploadSchema.index({ expiresAt: 1 });

export const toUploadDocument = ({ id, extra, ...rest }: Upload): UploadDocument => ({
  _id: id,
  ...rest,
  extraJson: JSON.stringify(extra),
  storedBytes: rest.files.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0),
});

export const toUpload = ({ _id, extraJson, storedBytes: _, ...rest }: UploadDocument): Upload => ({
  id: _id,
  ...rest,
  extra: JSON.parse(extraJson),
});

type UploadFields = { -readonly [Name in keyof UploadDocument]?: UploadDocument[Name] };

/** Only the members that are present: one that is left out keeps its value. */
export function toUploadChanges({ extra, ...fields }: UploadChanges): UploadFields {
  const stored: UploadFields = fields;
  if (extra !== undefined) stored.extraJson = JSON.stringify(extra);
  if (fields.contentsRemovedAt) stored.storedBytes = 0;
  return stored;
}
