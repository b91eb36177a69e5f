import { z } from 'zod';
import { columnSchema } from './column.js';
import { errorSummarySchema } from './error-summary.js';
import { mappingSchema, recordPathSchema } from './mapping.js';
import { parseOptionsSchema } from './outline.js';
import { externalUserIdSchema, idSchema, instantSchema, jsonValueSchema } from './primitives.js';
import { runCountsSchema, runOutcomeSchema } from './run.js';
import { scheduleSchema } from './schedule.js';
import { sourceSchema, sourceViewSchema } from './sources/index.js';

export const JOB_STATUSES = ['draft', 'active', 'paused', 'ended'] as const;
export const jobStatusSchema = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** Which rows are sent: only new ones, new and changed ones, or all; and whether removed ones are reported. */
export const changeDetectionSchema = z.strictObject({
  send: z.enum(['new', 'new_and_changed', 'all']).default('new_and_changed'),
  removed: z.boolean().default(false),
});
export type ChangeDetection = z.infer<typeof changeDetectionSchema>;

const percent = z.number().min(0).max(100);

/** When a run holds back everything instead of sending it. */
export const guardRailsSchema = z.strictObject({
  maxInvalidPercent: percent.default(50),
  /** Of the items known from earlier runs. Only counted when removed rows are reported. */
  maxRemovedPercent: percent.default(30),
  holdWhenEmpty: z.boolean().default(true),
  /** Hold when a path that earlier had values is missing from every record. */
  holdOnDrift: z.boolean().default(true),
  /** The job pauses itself after this many failed runs in a row. */
  pauseAfterFailures: z.int().min(1).max(1000).default(10),
});
export type GuardRails = z.infer<typeof guardRailsSchema>;

const extraSchema = jsonValueSchema.refine((value) => JSON.stringify(value).length <= 16_384, {
  message: 'must be 16 KB of JSON at most',
});

/** Fields a caller may give; `jobPatchSchema` has the same ones, all optional. */
const fields = {
  label: z.string().trim().min(1).max(200),
  source: sourceSchema,
  recordPath: recordPathSchema,
  parseOptions: parseOptionsSchema,
  mapping: mappingSchema,
  schedule: scheduleSchema,
  /** When a tick falls into a run: leave it out, or run once more right after. */
  overlap: z.enum(['skip', 'queue']),
  changeDetection: changeDetectionSchema,
  guardRails: guardRailsSchema,
  /** Anything, passed through to every delivery. */
  extra: extraSchema,
};

export const jobInputSchema = z.strictObject({
  templateId: z.string().min(1).max(100),
  externalUserId: externalUserIdSchema,
  ...fields,
  parseOptions: fields.parseOptions.prefault({}),
  overlap: fields.overlap.default('skip'),
  changeDetection: fields.changeDetection.prefault({}),
  guardRails: fields.guardRails.prefault({}),
  extra: fields.extra.default(null),
  /** Start as a draft, which does not run until it is resumed. */
  isDraft: z.boolean().default(false),
  /** Besides the schedule, run once right away. */
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

export const jobViewSchema = z.strictObject({
  id: idSchema('job'),
  templateId: idSchema('tpl'),
  externalUserId: z.string(),
  label: z.string(),
  status: jobStatusSchema,
  /** Why the job is paused, where it paused itself; null otherwise. */
  pausedBecause: errorSummarySchema.nullable(),
  source: sourceViewSchema,
  recordPath: z.string(),
  parseOptions: parseOptionsSchema,
  mapping: mappingSchema,
  /** Columns of its own, from the signed token it was made under, in place of the template's; else null. */
  columns: z.array(columnSchema).nullable(),
  schedule: scheduleSchema,
  /** The schedule in words. */
  scheduleText: z.string(),
  nextRunAt: instantSchema.nullable(),
  overlap: z.enum(['skip', 'queue']),
  changeDetection: changeDetectionSchema,
  guardRails: guardRailsSchema,
  extra: jsonValueSchema,
  /** The run in progress, if there is one. */
  activeRunId: idSchema('run').nullable(),
  lastRun: lastRunSchema.nullable(),
  failuresInARow: z.int(),
  /** Items known from earlier runs. */
  knownItems: z.int(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type JobView = z.infer<typeof jobViewSchema>;
