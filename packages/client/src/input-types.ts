import type {
  columnTextsQuestionSchema,
  discardRequestSchema,
  finishInputSchema,
  importInputSchema,
  jobInputSchema,
  jobPatchSchema,
  mappingSchema,
  outlineRequestSchema,
  previewRequestSchema,
  projectPatchSchema,
  releaseRequestSchema,
  reviewLinkInputSchema,
  rotationRequestSchema,
  runRequestSchema,
  schedulePreviewRequestSchema,
  sheetDownloadSchema,
  sheetPatchSchema,
  sheetQuerySchema,
  suggestMappingRequestSchema,
  templateInputSchema,
  templatePatchSchema,
  uploadHeaderSchema,
  uploadHeadQuerySchema,
  uploadInputSchema,
} from '@inlet/contracts';

/** Input of a schema. Fields with a default are optional here and present in the schema's output type. */
type Written<Schema extends { readonly _zod: { readonly input: unknown } }> = Schema['_zod']['input'];

export type NewTemplate = Written<typeof templateInputSchema>;
export type TemplateChange = Written<typeof templatePatchSchema>;
export type NewJob = Written<typeof jobInputSchema>;
export type JobChange = Written<typeof jobPatchSchema>;
export type OutlineQuestion = Written<typeof outlineRequestSchema>;
export type SuggestionQuestion = Written<typeof suggestMappingRequestSchema>;
export type PreviewQuestion = Written<typeof previewRequestSchema>;
export type ScheduleQuestion = Written<typeof schedulePreviewRequestSchema>;
export type RunQuestion = Written<typeof runRequestSchema>;
export type ProjectChange = Written<typeof projectPatchSchema>;
export type RotationQuestion = Written<typeof rotationRequestSchema>;
export type ReleaseDecision = Written<typeof releaseRequestSchema>;
export type DiscardDecision = Written<typeof discardRequestSchema>;
export type NewUpload = Written<typeof uploadInputSchema>;
export type UploadHeadQuestion = Written<typeof uploadHeadQuerySchema>;
export type HeaderChoice = Written<typeof uploadHeaderSchema>;
export type ColumnTextsQuestion = Written<typeof columnTextsQuestionSchema>;
export type MappingChoice = Written<typeof mappingSchema>;
/** `offset` counts rows from 0; `limit` is 1,000 at most. */
export type NewImport = Written<typeof importInputSchema>;
export type NewReviewLink = Written<typeof reviewLinkInputSchema>;
export type SheetDownloadQuestion = Written<typeof sheetDownloadSchema>;
export type SheetQuestion = Omit<Written<typeof sheetQuerySchema>, 'offset' | 'limit'> & {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
};
export type SheetChange = Written<typeof sheetPatchSchema>;
export type UploadFinish = Written<typeof finishInputSchema>;
