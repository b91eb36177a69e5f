import { z } from 'zod';
import type { Problem } from './errors.js';
import { deliveredRowSchema } from './event.js';
import { issueSchema } from './issue.js';
import { jobPatchSchema } from './job.js';
import { mappedColumnSchema, mappingSchema, recordPathSchema } from './mapping.js';
import { feedFactsSchema, outlineSchema, parseOptionsInputSchema, suggestionSchema } from './outline.js';
import { rowFilterSchema } from './row-filter.js';
import { identityCheckSchema, identitySchema } from './row-identity.js';
import { scheduleSchema } from './schedule.js';
import { sourceWarningSchema } from './source-warning.js';
import { paginationSchema, sourceSchema } from './sources/index.js';

const templateId = z.string().min(1).max(100);

export const outlineRequestSchema = z.strictObject({
  source: sourceSchema,
  /** A record path other than the proposed one. */
  recordPath: recordPathSchema.optional(),
  parseOptions: parseOptionsInputSchema.optional(),
});
export type OutlineRequest = z.infer<typeof outlineRequestSchema>;

export const outlineResponseSchema = z.strictObject({
  outline: outlineSchema,
  /** null if the file is not a feed. */
  feed: feedFactsSchema.nullable(),
  /** The address after redirects. */
  finalUrl: z.string(),
  /** A setting that reads the pages that the source has and a run would leave. */
  proposedPagination: paginationSchema.optional(),
});
export type OutlineResponse = z.infer<typeof outlineResponseSchema>;

/** Progress of an outline. */
export const outlineProgressSchema = z.strictObject({
  /** Bytes of the source read so far, after decompression. */
  bytes: z.int(),
  /** Records read so far, including one that is still incomplete. Never more than an outline counts. */
  records: z.int(),
});
export type OutlineProgress = z.infer<typeof outlineProgressSchema>;

/** Server-sent event of an outline: any number of `progress`, then either `result` or `problem`. */
export const outlineEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('progress'), data: outlineProgressSchema }),
  z.strictObject({ event: z.literal('result'), data: outlineResponseSchema }),
  z.strictObject({ event: z.literal('problem'), data: z.custom<Problem>() }),
]);
export type OutlineEvent = z.infer<typeof outlineEventSchema>;

const suggestMapping = {
  source: sourceSchema.optional(),
  outline: outlineSchema.optional(),
};

function isEither({ source, outline }: { source?: unknown; outline?: unknown }): boolean {
  return (source === undefined) !== (outline === undefined);
}
const EITHER = { message: 'give either source or outline' };

export const suggestMappingRequestSchema = z
  .strictObject({ templateId, ...suggestMapping })
  .refine(isEither, EITHER);
export type SuggestMappingRequest = z.infer<typeof suggestMappingRequestSchema>;

export const suggestMappingResponseSchema = z.strictObject({
  suggestions: z.array(suggestionSchema),
  /** The suggestions as a mapping for a job. */
  mapping: z.array(mappedColumnSchema),
  /** Keys of required columns without a suggestion. */
  missing: z.array(z.string()),
});
export type SuggestMappingResponse = z.infer<typeof suggestMappingResponseSchema>;

export const previewRequestSchema = z.strictObject({
  source: sourceSchema,
  templateId,
  /** The proposal of an outline if it is left out. */
  recordPath: recordPathSchema.optional(),
  parseOptions: parseOptionsInputSchema.optional(),
  mapping: mappingSchema,
  limit: z.int().min(1).max(200).default(10),
  /** As in a job; its check is `sample.identity` of the response. */
  identity: identitySchema.optional(),
  /** As in a job; the rows of the response are those that it leaves. */
  filter: rowFilterSchema.nullable().optional(),
});
export type PreviewRequest = z.infer<typeof previewRequestSchema>;

export const previewRowSchema = z.strictObject({
  record: z.int(),
  rowKey: z.string(),
  isValid: z.boolean(),
  values: deliveredRowSchema.shape.values.unwrap(),
  issues: z.array(issueSchema),
});
export type PreviewRow = z.infer<typeof previewRowSchema>;

export const previewResponseSchema = z.strictObject({
  rows: z.array(previewRowSchema),
  counts: z.strictObject({ rows: z.int(), valid: z.int(), invalid: z.int() }),
  /** Findings about the records at the beginning of the source, up to 1,000; `rows` are the first that the filter leaves. */
  sample: z.strictObject({
    records: z.int(),
    /** Number of these records that the filter excludes. */
    excluded: z.int(),
    identity: identityCheckSchema,
  }),
  warnings: z.array(sourceWarningSchema),
});
export type PreviewResponse = z.infer<typeof previewResponseSchema>;

export const schedulePreviewRequestSchema = z.strictObject({
  schedule: scheduleSchema,
  count: z.int().min(1).max(50).default(5),
  /** Language of the text, such as `de` or `pt-BR`; default English. */
  locale: z.string().max(35).optional(),
});
export type SchedulePreviewRequest = z.infer<typeof schedulePreviewRequestSchema>;

/** Changes of a job that a dry run can try: all fields that decide which rows are sent. */
export const proposedChangesSchema = jobPatchSchema.pick({
  source: true,
  recordPath: true,
  parseOptions: true,
  mapping: true,
  identity: true,
  filter: true,
  changeDetection: true,
  guardRails: true,
});
export type ProposedChanges = z.infer<typeof proposedChangesSchema>;

export const runRequestSchema = z
  .strictObject({
    dryRun: z.boolean().default(false),
    /** Only for a dry run: run as if the job had these changes. They are not stored. */
    changes: proposedChangesSchema.optional(),
  })
  .refine(({ dryRun, changes }) => dryRun || changes === undefined, {
    path: ['changes'],
    message: 'can only be tried out in a dry run',
  });
export type RunRequest = z.infer<typeof runRequestSchema>;

/** The job that is being changed. Its stored secrets are used for a source on the same server that has none. */
const ofJob = { jobId: z.string().min(1).max(100).optional() };

/** The widget's request for an outline. Template and columns come from the session or the job. */
export const widgetOutlineRequestSchema = outlineRequestSchema.extend(ofJob);
export type WidgetOutlineRequest = z.infer<typeof widgetOutlineRequestSchema>;

export const widgetSuggestRequestSchema = z
  .strictObject({ ...suggestMapping, ...ofJob })
  .refine(isEither, EITHER);
export type WidgetSuggestRequest = z.infer<typeof widgetSuggestRequestSchema>;

export const widgetPreviewRequestSchema = previewRequestSchema.omit({ templateId: true }).extend(ofJob);
export type WidgetPreviewRequest = z.infer<typeof widgetPreviewRequestSchema>;
