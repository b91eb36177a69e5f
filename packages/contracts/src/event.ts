import { z } from 'zod';
import { errorSummarySchema } from './error-summary.js';
import { decisionSchema, heldSchema } from './held-run.js';
import { idSchema, instantSchema, jsonValueSchema } from './primitives.js';
import { runCountsSchema, runOutcomeSchema, runTriggerSchema } from './run.js';
import { sheetCountsSchema } from './sheet-counts.js';
import { sourceRowSchema } from './source-row.js';

export const EVENT_TYPES = [
  'import.records',
  'import.completed',
  'import.failed',
  'import.held',
  'import.released',
  'import.discarded',
  'import.needs_review',
] as const;
export const eventTypeSchema = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventTypeSchema>;

export const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);

export const rowChangeSchema = z.enum(['created', 'updated', 'removed', 'unchanged', 'rekeyed']);
export type RowChange = z.infer<typeof rowChangeSchema>;

/** A row of an `import.records` event. */
export const deliveredRowSchema = z.strictObject({
  /** Stable identity: an item has the same key in every run of the job. */
  rowKey: z.string(),
  /**
   * `unchanged` only occurs if the job sends all rows. `rekeyed` only occurs after the identity of the job was changed:
   * the row that was sent as `previousRowKey` has the key `rowKey` from now on.
   */
  change: rowChangeSchema,
  /** Only for `rekeyed`. */
  previousRowKey: z.string().optional(),
  /**
   * Number of the run that made the row; it grows from run to run of a job, and repeated deliveries keep it. A receiver
   * that stores it can ignore an older row that arrives late. 0 in deliveries that an older Inlet stored.
   */
  version: z.int().min(0).default(0),
  /** Position in the source, from 1; null for removed and rekeyed rows, and for those that an undo restores. */
  record: z.int().nullable(),
  /** Only of rows of an upload: the number of the row in its sheet, and where it stands in the file; null if a person added it. */
  id: z.int().optional(),
  sourceRow: sourceRowSchema.nullable().optional(),
  /** Columns with a blank cell, which are not among the values: keep the values that you have. Only with `blank: keep`. */
  blank: z.array(z.string()).optional(),
  /** Only of rows of an upload with custom columns: the texts of these columns by heading, without blank ones. */
  custom: z.record(z.string(), z.string()).optional(),
  /** Values by column key; null for removed and rekeyed rows. */
  values: z.record(z.string(), cellSchema).nullable(),
});
export type DeliveredRow = z.infer<typeof deliveredRowSchema>;

/** The common fields of every event's `data`. */
const about = {
  projectId: idSchema('prj'),
  jobId: idSchema('job'),
  runId: idSchema('run'),
  templateId: idSchema('tpl'),
  templateCode: z.string(),
  externalUserId: z.string(),
  label: z.string(),
  trigger: runTriggerSchema,
  /** Only of runs that send the rows of an upload, or take them back. */
  uploadId: idSchema('upl').optional(),
  /** Only of runs that take another run back. */
  undoesRunId: idSchema('run').optional(),
  /** Only if people have added options to columns: values beside those of the template, by column key. */
  newOptions: z.record(z.string(), z.array(z.string())).optional(),
  extra: jsonValueSchema,
};

export const eventAboutSchema = z.strictObject(about);
export type EventAbout = z.infer<typeof eventAboutSchema>;

/** The members of every event beside `type` and `data`. */
const envelope = {
  timestamp: instantSchema,
  /** Only in a replay: the delivery that was acknowledged before. The header `inlet-replay: true` says the same. */
  replayOf: idSchema('dlv').optional(),
};

export const recordsEventSchema = z.strictObject({
  type: z.literal('import.records'),
  ...envelope,
  data: z.strictObject({
    ...about,
    batch: z.strictObject({ number: z.int(), of: z.int() }),
    rows: z.array(deliveredRowSchema),
  }),
});

export const completedEventSchema = z.strictObject({
  type: z.literal('import.completed'),
  ...envelope,
  data: z.strictObject({ ...about, outcome: runOutcomeSchema, counts: runCountsSchema }),
});

export const failedEventSchema = z.strictObject({
  type: z.literal('import.failed'),
  ...envelope,
  data: z.strictObject({ ...about, error: errorSummarySchema, counts: runCountsSchema }),
});

/** A guard rail held the run: nothing was sent, and a person may release or discard it. */
export const heldEventSchema = z.strictObject({
  type: z.literal('import.held'),
  ...envelope,
  data: z.strictObject({ ...about, held: heldSchema, counts: runCountsSchema }),
});

const decided = z.strictObject({ ...about, held: heldSchema, decision: decisionSchema });

/** A person released the held run, and its rows follow. */
export const releasedEventSchema = z.strictObject({
  type: z.literal('import.released'),
  ...envelope,
  data: decided,
});

/** A person discarded the held run: none of its rows is sent. */
export const discardedEventSchema = z.strictObject({
  type: z.literal('import.discarded'),
  ...envelope,
  data: decided,
});

/** A person has to review an upload that was sent to `POST /v1/imports`. */
export const needsReviewEventSchema = z.strictObject({
  type: z.literal('import.needs_review'),
  ...envelope,
  data: z.strictObject({
    ...about,
    uploadId: idSchema('upl'),
    counts: sheetCountsSchema,
    /** The page on which this upload, and nothing else, can be reviewed and finished. Valid for seven days. */
    reviewUrl: z.string(),
  }),
});

/** Body of a delivery to a webhook. It is signed according to Standard Webhooks; `webhook-id` is the delivery's id. */
export const webhookEventSchema = z.discriminatedUnion('type', [
  recordsEventSchema,
  completedEventSchema,
  failedEventSchema,
  heldEventSchema,
  releasedEventSchema,
  discardedEventSchema,
  needsReviewEventSchema,
]);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
export type RecordsEvent = z.infer<typeof recordsEventSchema>;
