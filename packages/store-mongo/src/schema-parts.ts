import { type ErrorSummary, type IdentityPaths, NO_COUNTS, type RunCounts } from '@inlet/contracts';
import type { FetchState, RowIdentityState } from '@inlet/workflow';
import { Schema } from 'mongoose';

/**
 * For every collection: unknown members are an error, empty objects are kept, and indexes are made by
 * `createMongoStore` alone.
 */
export const SCHEMA_OPTIONS = {
  strict: 'throw',
  minimize: false,
  versionKey: false,
  autoIndex: false,
  autoCreate: false,
  id: false,
} as const;

/** For parts of a document, which need no id. */
export const PART_OPTIONS = { strict: 'throw', minimize: false, _id: false, id: false } as const;

export const errorSummaryPart = new Schema<ErrorSummary>(
  { code: String, title: String, detail: String, help: String },
  PART_OPTIONS,
);

const count = { type: Number, default: 0 };

export const runCountsPart = new Schema<RunCounts>(
  Object.fromEntries(Object.keys(NO_COUNTS).map((name) => [name, count])),
  PART_OPTIONS,
);

const bodyStatePart = new Schema(
  {
    digest: String,
    bytes: Number,
    records: Number,
    excluded: Number,
    empty: Number,
    warnings: [Schema.Types.Mixed],
  },
  PART_OPTIONS,
);

const identityPathsPart = new Schema<IdentityPaths>(
  { id: { type: String, default: null }, link: { type: String, default: null } },
  PART_OPTIONS,
);

const rowIdentityPart = new Schema<RowIdentityState>(
  {
    by: String,
    basis: { type: String, default: null },
    paths: { type: identityPathsPart, default: null },
  },
  PART_OPTIONS,
);

export const fetchStatePart = new Schema<FetchState>(
  {
    version: String,
    pages: { type: Number, default: 1 },
    checkedAt: { type: Date, default: null },
    configHash: String,
    filterHash: { type: String, default: null },
    movedFrom: String,
    movedTo: String,
    movedTimes: Number,
    body: { type: bodyStatePart, default: null },
    pathsWithValues: [String],
    incomplete: { type: String, default: null },
    rowIdentity: { type: rowIdentityPart, default: null },
    ignoredColumns: { type: [String], default: null },
    hasUnsentRekeys: { type: Boolean, default: false },
  },
  PART_OPTIONS,
);
