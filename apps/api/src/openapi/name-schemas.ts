import {
  columnSchema,
  deliveryViewSchema,
  destinationTestSchema,
  feedFactsSchema,
  headingSchema,
  jobInputSchema,
  jobPatchSchema,
  jobViewSchema,
  jsonValueSchema,
  mappedColumnSchema,
  outlineRequestSchema,
  outlineResponseSchema,
  outlineSchema,
  previewRequestSchema,
  previewResponseSchema,
  runCountsSchema,
  runIssueSchema,
  runViewSchema,
  schedulePreviewRequestSchema,
  schedulePreviewSchema,
  scheduleSchema,
  sourceSchema,
  sourceViewSchema,
  suggestionSchema,
  suggestMappingRequestSchema,
  suggestMappingResponseSchema,
  templateInputSchema,
  templatePatchSchema,
  templateViewSchema,
  transformSchema,
} from '@inlet/contracts';
import { z } from 'zod';
import { problemSchema } from './problem-schema.js';

/** Names under which the schemas of the contracts stand in the OpenAPI document. */
const NAMES = {
  Column: columnSchema,
  Delivery: deliveryViewSchema,
  DestinationTest: destinationTestSchema,
  FeedFacts: feedFactsSchema,
  Heading: headingSchema,
  NewImportJob: jobInputSchema,
  ImportJobPatch: jobPatchSchema,
  ImportJob: jobViewSchema,
  JsonValue: jsonValueSchema,
  MappedColumn: mappedColumnSchema,
  OutlineRequest: outlineRequestSchema,
  OutlineResponse: outlineResponseSchema,
  Outline: outlineSchema,
  PreviewRequest: previewRequestSchema,
  PreviewResponse: previewResponseSchema,
  Problem: problemSchema,
  RunCounts: runCountsSchema,
  RunIssue: runIssueSchema,
  Run: runViewSchema,
  SchedulePreviewRequest: schedulePreviewRequestSchema,
  SchedulePreview: schedulePreviewSchema,
  Schedule: scheduleSchema,
  Source: sourceSchema,
  SourceView: sourceViewSchema,
  Suggestion: suggestionSchema,
  SuggestMappingRequest: suggestMappingRequestSchema,
  SuggestMappingResponse: suggestMappingResponseSchema,
  NewTemplate: templateInputSchema,
  TemplatePatch: templatePatchSchema,
  Template: templateViewSchema,
  Transform: transformSchema,
} as const;

/**
 * Gives the schemas their names, in zod's own registry, where `describe` puts descriptions too. May be called
 * again: names never change.
 */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(NAMES))
    if (z.globalRegistry.get(schema)?.id === undefined) z.globalRegistry.add(schema, { id });
}
