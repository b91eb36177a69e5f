import { z } from 'zod';
import { deliveredRowSchema } from './event.js';
import { issueSchema } from './issue.js';
import { mappedColumnSchema, mappingSchema, recordPathSchema } from './mapping.js';
import {
  feedFactsSchema,
  outlineSchema,
  readingSchema,
  sourceWarningSchema,
  suggestionSchema,
} from './outline.js';
import { scheduleSchema } from './schedule.js';
import { sourceSchema } from './source.js';

const templateId = z.string().min(1).max(100);

export const outlineRequestSchema = z.strictObject({
  source: sourceSchema,
  /** Another record element than the proposed one. */
  recordPath: recordPathSchema.optional(),
  reading: readingSchema.optional(),
});
export type OutlineRequest = z.infer<typeof outlineRequestSchema>;

export const outlineResponseSchema = z.strictObject({
  outline: outlineSchema,
  /** Null where the file is not a feed. */
  feed: feedFactsSchema.nullable(),
  /** The address after redirects. */
  finalUrl: z.string(),
});
export type OutlineResponse = z.infer<typeof outlineResponseSchema>;

export const suggestMappingRequestSchema = z
  .strictObject({ templateId, source: sourceSchema.optional(), outline: outlineSchema.optional() })
  .refine((body) => (body.source === undefined) !== (body.outline === undefined), {
    message: 'give either source or outline',
  });
export type SuggestMappingRequest = z.infer<typeof suggestMappingRequestSchema>;

export const suggestMappingResponseSchema = z.strictObject({
  suggestions: z.array(suggestionSchema),
  /** The suggestions as a mapping that a job takes. */
  mapping: z.array(mappedColumnSchema),
  /** Required columns without a suggestion. */
  missing: z.array(z.string()),
});
export type SuggestMappingResponse = z.infer<typeof suggestMappingResponseSchema>;

export const previewRequestSchema = z.strictObject({
  source: sourceSchema,
  templateId,
  recordPath: recordPathSchema,
  reading: readingSchema.optional(),
  mapping: mappingSchema,
  limit: z.int().min(1).max(200).default(10),
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
  warnings: z.array(sourceWarningSchema),
});
export type PreviewResponse = z.infer<typeof previewResponseSchema>;

export const schedulePreviewRequestSchema = z.strictObject({
  schedule: scheduleSchema,
  count: z.int().min(1).max(50).default(5),
});
export type SchedulePreviewRequest = z.infer<typeof schedulePreviewRequestSchema>;

export const runRequestSchema = z.strictObject({ dryRun: z.boolean().default(false) });
export type RunRequest = z.infer<typeof runRequestSchema>;
