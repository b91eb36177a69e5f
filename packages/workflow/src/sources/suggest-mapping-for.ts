import {
  type Column,
  InletError,
  type Outline,
  type SuggestMappingResponse,
  type WidgetSuggestRequest,
} from '@inlet/contracts';
import { mappingFromSuggestions, suggestMapping } from '@inlet/pipeline';
import { findTemplateInUse, type TemplateUse } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { outlineFromSource } from './outline-from-source.js';

export interface SuggestOptions {
  readonly request: WidgetSuggestRequest & TemplateUse;
  readonly signal?: AbortSignal | undefined;
}

/** Suggests a heading for each column of a template, from a given outline or from that of a source. */
export async function suggestMappingFor(
  context: Context,
  caller: Caller,
  { request, signal }: SuggestOptions,
): Promise<SuggestMappingResponse> {
  const { columns } = await findTemplateInUse(context, caller, request);
  const { headings, records } = await outlineOf(context, caller, { request, signal });
  const suggestions = suggestMapping(headings, columns, records);
  return {
    suggestions,
    mapping: suggestions.length > 0 ? mappingFromSuggestions(suggestions) : [],
    missing: missingColumns(columns, new Set(suggestions.map(({ column }) => column))),
  };
}

async function outlineOf(
  context: Context,
  caller: Caller,
  { request, signal }: SuggestOptions,
): Promise<Outline> {
  const { source, outline, jobId } = request;
  if (outline) return outline;
  if (!source) throw new InletError('invalid_request', { detail: 'Give either source or outline.' });
  const outlined = await outlineFromSource(context, caller, { request: { source, jobId }, signal });
  return outlined.outline;
}

/** Keys of the required columns without a default that have no suggestion. */
function missingColumns(columns: readonly Column[], suggested: ReadonlySet<string>): string[] {
  return columns
    .filter(({ required, default: fallback }) => required && fallback === undefined)
    .map(({ key }) => key)
    .filter((key) => !suggested.has(key));
}
