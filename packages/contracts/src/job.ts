import { z } from 'zod';
import { columnKeySchema, columnSchema } from './column.js';
import { errorSummarySchema } from './error-summary.js';
import { mappingSchema, recordPathSchema } from './mapping.js';
import { parseOptionsInputSchema, parseOptionsSchema } from './outline.js';
import {
  externalUserIdSchema,
  idSchema,
  instantSchema,
  jsonValueSchema,
  pageQuerySchema,
} from './primitives.js';
import { firstRunSchema, rowFilterSchema } from './row-filter.js';
import { identityInUseSchema, identityPathsSchema, identitySchema } from './row-identity.js';
import { runCountsSchema, runOutcomeSchema } from './run.js';
import { scheduleSchema } from './schedule.js';
import { sourceSchema, sourceViewSchema } from './sources/index.js';

export const JOB_STATUSES = ['draft', 'active', 'paused', 'ended'] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** `feed`: reads a source by a schedule. `upload`: takes the rows of all uploads that a user makes for a template. */
export const JOB_KINDS = ['feed', 'upload'] as const;
export const jobKindSchema = z.enum(JOB_KINDS);
export type JobKind = z.infer<typeof jobKindSchema>;

/** Which rows a run sends, and whether it reports rows that are no longer in the source. */
export const changeDetectionSchema = z.strictObject({
  send: z.enum(['new', 'new_and_changed', 'all']).default('new_and_changed'),
  removed: z.boolean().default(false),
  /** Columns whose values do not make a row a changed one, such as signed addresses. They are delivered all the same. */
  ignoreColumns: z.array(columnKeySchema).max(500).default([]),
});
export type ChangeDetection = z.infer<typeof changeDetectionSchema>;

const percent = z.number().min(0).max(100);

/** Limits that hold a run before it sends anything. */
export const guardRailsSchema = z.strictObject({
  maxInvalidPercent: percent.default(50),
  /** Share of the items of earlier runs that may be missing. Only checked if removed rows are reported. */
  maxRemovedPercent: percent.default(30),
  holdWhenEmpty: z.boolean().default(true),
  /** Hold the run if a mapped path that had values in earlier runs has none in this one. */
  holdOnDrift: z.boolean().default(true),
  /** Hold the run if nearly every item is new and nearly every known one is missing, although their content is the same. */
  holdOnChurn: z.boolean().default(true),
  /**
   * Whether to hold the run if bytes of the source are missing, or to deliver the rows that came. Removed rows are not
   * reported either way. A first run, and a source whose last accepted run ended in the same way, are delivered.
   */
  sourceIncomplete: z.enum(['hold', 'deliver']).default('hold'),
  /** The job is paused after this number of consecutive failed runs. */
  pauseAfterFailures: z.int().min(1).max(1000).default(10),
});
export type GuardRails = z.infer<typeof guardRailsSchema>;

/** What the job does while one of its runs is held: a new run replaces the held one, or no run starts before a decision. */
export const whenHeldSchema = z.enum(['replace', 'wait']);
export type WhenHeld = z.infer<typeof whenHeldSchema>;

const extraSchema = jsonValueSchema.refine((value) => JSON.stringify(value).length <= 16_384, {
  message: 'must be 16 KB of JSON at most',
});

/** Fields that a caller may set. `jobPatchSchema` has the same fields, all optional. */
const fields = {
  label: z.string().trim().min(1).max(200),
  source: sourceSchema,
  recordPath: recordPathSchema,
  parseOptions: parseOptionsInputSchema,
  mapping: mappingSchema,
  /** Decides which row is the same row in the next run. After a change, known items with the same content get new row keys. */
  identity: identitySchema,
  /** Only counts for the first run of a job. */
  firstRun: firstRunSchema,
  /** null imports all rows. */
  filter: rowFilterSchema.nullable(),
  schedule: scheduleSchema,
  /** If a tick comes due during a run: skip it, or start another run after this one. */
  overlap: z.enum(['skip', 'queue']),
  changeDetection: changeDetectionSchema,
  guardRails: guardRailsSchema,
  whenHeld: whenHeldSchema,
  /** Any JSON value, sent with each delivery. */
  extra: extraSchema,
};

export const jobInputSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  externalUserId: externalUserIdSchema,
  ...fields,
  /** The proposal of an outline if it is left out; the source is then read when the job is created. */
  recordPath: fields.recordPath.optional(),
  parseOptions: fields.parseOptions.prefault({}),
  identity: fields.identity.default({ by: 'template' }),
  firstRun: fields.firstRun.default('all'),
  filter: fields.filter.default(null),
  overlap: fields.overlap.default('skip'),
  changeDetection: fields.changeDetection.prefault({}),
  guardRails: fields.guardRails.prefault({}),
  whenHeld: fields.whenHeld.default('replace'),
  extra: fields.extra.default(null),
  /** Create a draft, which does not run before it is resumed. */
  isDraft: z.boolean().default(false),
  /** Start a run now, in addition to the schedule. */
  runNow: z.boolean().default(false),
});
export type JobInput = z.infer<typeof jobInputSchema>;

export const jobPatchSchema = z.strictObject(fields).partial();
export type JobPatch = z.infer<typeof jobPatchSchema>;

export const lastRunSchema = z.strictObject({
  runId: idSchema('run'),
  outcome: runOutcomeSchema,
  counts: runCountsSchema,
  error: errorSummarySchema.nullable(),
  finishedAt: instantSchema,
});
export type LastRun = z.infer<typeof lastRunSchema>;

const viewFields = {
  id: idSchema('job'),
  templateId: idSchema('tpl'),
  externalUserId: z.string(),
  label: z.string(),
  status: jobStatusSchema,
  /** The error that paused the job; null if a person paused it or it is not paused. */
  pausedBecause: errorSummarySchema.nullable(),
  recordPath: z.string(),
  parseOptions: parseOptionsSchema,
  mapping: mappingSchema,
  identity: identitySchema,
  /** What tells items apart: identity columns, or the basis that the first run has decided; null before it. */
  identityBasis: identityInUseSchema.nullable(),
  /** The paths that the basis uses; null for columns, for the content, and for the agreed paths of a feed. */
  identityPaths: identityPathsSchema.nullable(),
  firstRun: firstRunSchema,
  filter: rowFilterSchema.nullable(),
  /** Columns from the signed user token of the job's creation, which replace those of the template; null without them. */
  columns: z.array(columnSchema).nullable(),
  nextRunAt: instantSchema.nullable(),
  overlap: z.enum(['skip', 'queue']),
  changeDetection: changeDetectionSchema,
  guardRails: guardRailsSchema,
  whenHeld: whenHeldSchema,
  extra: jsonValueSchema,
  /** The run in progress; null between runs. */
  activeRunId: idSchema('run').nullable(),
  /** The held run that waits for a decision; null if none does. */
  heldRunId: idSchema('run').nullable(),
  lastRun: lastRunSchema.nullable(),
  failuresInARow: z.int(),
  /** Number of items known from earlier runs. */
  knownItems: z.int(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
};

export const feedJobViewSchema = z.strictObject({
  ...viewFields,
  kind: z.literal('feed'),
  source: sourceViewSchema,
  schedule: scheduleSchema,
  /** The schedule in words. */
  scheduleText: z.string(),
});
export type FeedJobView = z.infer<typeof feedJobViewSchema>;

export const uploadJobViewSchema = z.strictObject({
  ...viewFields,
  kind: z.literal('upload'),
  source: z.null(),
  schedule: z.null(),
  scheduleText: z.null(),
});
export type UploadJobView = z.infer<typeof uploadJobViewSchema>;

export const jobViewSchema = z.discriminatedUnion('kind', [feedJobViewSchema, uploadJobViewSchema]);
export type JobView = z.infer<typeof jobViewSchema>;

export const jobsQuerySchema = pageQuerySchema.extend({
  /** Jobs of uploads are listed on request only. */
  kind: jobKindSchema.default('feed'),
});
export type JobsQuery = z.infer<typeof jobsQuerySchema>;
