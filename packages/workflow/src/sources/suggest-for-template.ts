import type { Column, SuggestMappingRequest, SuggestMappingResponse } from '@inlet/contracts';
import { mappingFromSuggestions, suggestMapping } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { findTemplate } from '../templates/find-template.js';
import { outlineFromSource } from './outline-from-source.js';

/** Proposes which heading goes into which column, from an outline or from a first look at a source. */
export async function suggestForTemplate(
  context: Context,
  options: { projectId: string; request: SuggestMappingRequest; signal?: AbortSignal },
): Promise<SuggestMappingResponse> {
  const { templateId, ...request } = options.request;
  const { columns } = await findTemplate(context, { projectId: options.projectId, templateId });
  return suggestForColumns(context, { ...options, request, columns });
}

/** The same for columns that are at hand. */
export async function suggestForColumns(
  context: Context,
  options: {
    projectId: string;
    columns: readonly Column[];
    request: Omit<SuggestMappingRequest, 'templateId'>;
    signal?: AbortSignal;
  },
): Promise<SuggestMappingResponse> {
  const { request, columns } = options;
  const headings = request.outline
    ? request.outline.headings
    : (await outlineFromSource(context, { ...options, request: { source: request.source! } })).outline
        .headings;
  const suggestions = suggestMapping(headings, columns);
  const suggested = new Set(suggestions.map(({ column }) => column));
  const missing = columns
    .filter(
      ({ key, required, default: fallback }) => required && fallback === undefined && !suggested.has(key),
    )
    .map(({ key }) => key);
  return { suggestions, mapping: suggestions.length > 0 ? mappingFromSuggestions(suggestions) : [], missing };
}
