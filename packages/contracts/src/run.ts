import { z } from 'zod';
import { errorSummarySchema } from './error-summary.js';
import { sourceWarningSchema } from './outline.js';
import { idSchema, instantSchema, jsonValueSchema } from './primitives.js';

export const RUN_OUTCOMES = [
  'queued',
  'running',
  'succeeded',
  'succeeded_with_issues',
  'unchanged',
  'failed',
  'cancelled',
  'not_started',
] as const;
export const runOutcomeSchema = z.enum(RUN_OUTCOMES);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** Outcomes after which nothing more happens. */
export const isFinished = (outcome: RunOutcome): boolean => outcome !== 'queued' && outcome !== 'running';

export const runTriggerSchema = z.enum(['schedule', 'person', 'api']);
export type RunTrigger = z.infer<typeof runTriggerSchema>;

/** What a run is doing: fetching and reading, checking the guard rails, sending, done. */
export const runPhaseSchema = z.enum(['waiting', 'ingest', 'guard', 'release', 'deliver', 'finish', 'done']);
export type RunPhase = z.infer<typeof runPhaseSchema>;

const count = z.int().min(0).default(0);

export const runCountsSchema = z.strictObject({
  bytes: count,
  records: count,
  valid: count,
  invalid: count,
  warnings: count,
  created: count,
  updated: count,
  unchanged: count,
  removed: count,
  /** Records with the identity of an earlier record of the same run: not sent. */
  duplicates: count,
  issues: count,
  batches: count,
  batchesAcknowledged: count,
  batchesFailed: count,
  rowsAcknowledged: count,
  /** Rows that the receiver refused one by one. */
  rowsRejected: count,
});
export type RunCounts = z.infer<typeof runCountsSchema>;

export const runViewSchema = z.strictObject({
  id: idSchema('run'),
  jobId: idSchema('job'),
  externalUserId: z.string(),
  trigger: runTriggerSchema,
  isDryRun: z.boolean(),
  outcome: runOutcomeSchema,
  phase: runPhaseSchema,
  counts: runCountsSchema,
  error: errorSummarySchema.nullable(),
  warnings: z.array(sourceWarningSchema),
  /** When the schedule wanted it to start; null for other triggers. */
  scheduledFor: instantSchema.nullable(),
  /** How late it started for that, in milliseconds; a late run stands for all ticks that were missed. */
  lateMs: z.number().nullable(),
  /** Ticks of the schedule that fell into this run and were left out. */
  skippedTicks: z.int(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  /** For dry runs: the first rows that would be sent. */
  sample: z.array(jsonValueSchema).optional(),
});
export type RunView = z.infer<typeof runViewSchema>;
