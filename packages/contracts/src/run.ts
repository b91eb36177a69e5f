import { z } from 'zod';
import { errorSummarySchema } from './error-summary.js';
import { decisionSchema, heldSchema } from './held-run.js';
import { idSchema, instantSchema, jsonValueSchema } from './primitives.js';
import { sourceWarningSchema } from './source-warning.js';

export const RUN_OUTCOMES = [
  'queued',
  'running',
  'held',
  'succeeded',
  'succeeded_with_issues',
  'unchanged',
  'failed',
  'cancelled',
  'not_started',
] as const;
export const runOutcomeSchema = z.enum(RUN_OUTCOMES);
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** Whether a run with this outcome has ended, or waits for a decision that nobody may ever make (`held`). */
export const isFinished = (outcome: RunOutcome): boolean => outcome !== 'queued' && outcome !== 'running';

/**
 * The cause of a run: its job's schedule, a person in the widget, a call with the secret key, an upload that was
 * finished, or a request to take an earlier run back.
 */
export const runTriggerSchema = z.enum(['schedule', 'person', 'api', 'upload', 'undo']);
export type RunTrigger = z.infer<typeof runTriggerSchema>;

/**
 * Phase of a run. `waiting`: for a worker or a retry. `ingest`: reads, maps and checks the source. `guard`: checks the
 * guard rails. `release`: hands the staged deliveries over. `deliver`: sends them. `finish`: sends the closing event.
 */
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
  /** Known items that got a new row key, because the identity of the job was changed. */
  rekeyed: count,
  /** Rows that the filter of the job excludes. They are neither valid nor invalid. */
  excluded: count,
  /** New items of a first run that are known from now on and not sent (job field `firstRun`). */
  notSent: count,
  /** Records that repeat an earlier record of the same run: the same content, or the same identity columns. They are not sent. */
  duplicates: count,
  /** Records without a value at any mapped path. They are no rows, and not part of `records`. */
  empty: count,
  issues: count,
  batches: count,
  batchesAcknowledged: count,
  batchesFailed: count,
  rowsAcknowledged: count,
  /** Rows that the receiver rejected. */
  rowsRejected: count,
});
export type RunCounts = z.infer<typeof runCountsSchema>;

/** What a request to send the rejected rows of a run again has queued. */
export const resentRowsSchema = z.strictObject({ deliveries: z.int(), rows: z.int() });
export type ResentRows = z.infer<typeof resentRowsSchema>;

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
  /** The guard rail that held the run; null if none did. It stays after a decision. */
  held: heldSchema.nullable(),
  /** The decision about the held run; null before it. */
  decision: decisionSchema.nullable(),
  /** The later run of the job that took the place of this held run. */
  replacedBy: idSchema('run').nullable(),
  /** The run that this one takes back; null for other triggers than `undo`. */
  undoes: idSchema('run').nullable(),
  /** The last run that takes this one back, or has tried to; null if nobody has asked for it. */
  undoneBy: idSchema('run').nullable(),
  warnings: z.array(sourceWarningSchema),
  /** The time at which the schedule was due; null for other triggers. */
  scheduledFor: instantSchema.nullable(),
  /** How much later the run started, in milliseconds. One late run replaces all missed ticks. */
  lateMs: z.number().nullable(),
  /** Number of ticks that came due during this run and were skipped. */
  skippedTicks: z.int(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  /** When the run ended, or was held. */
  finishedAt: instantSchema.nullable(),
  /** The first rows that a dry run would send. */
  sample: z.array(jsonValueSchema).optional(),
});
export type RunView = z.infer<typeof runViewSchema>;

/** What an undo of a run would do with its accepted rows. */
export const undoPlanSchema = z.strictObject({
  runId: idSchema('run'),
  /** Rows that were new and would be removed. */
  removed: z.int(),
  /** Rows that were changed and would get their earlier values. */
  restored: z.int(),
  /** Rows that a later run has sent again. They would stay. */
  sentAgain: z.int(),
  /** Changed rows whose earlier values are no longer stored. They would stay. */
  valuesUnknown: z.int(),
  /** False for a large run whose rows could not all be counted in time: there are more. */
  isComplete: z.boolean(),
  undoneBy: idSchema('run').nullable(),
});
export type UndoPlan = z.infer<typeof undoPlanSchema>;
