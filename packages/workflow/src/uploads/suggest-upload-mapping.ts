import type { Column, Heading, Suggestion, UploadSuggestions } from '@inlet/contracts';
import { mappingFromSuggestions, suggestMapping } from '@inlet/pipeline';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { recallMapping } from './remember-choices.js';
import { templateOfUpload } from './template-of-upload.js';

/** Suggests which heading belongs to which column, and recalls what an earlier file had. Empty until the headings are known. */
export async function suggestUploadMapping(
  context: Context,
  caller: Caller,
  uploadId: string,
): Promise<UploadSuggestions> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  const template = await templateOfUpload(context, upload);
  const suggestions = suggestForReview(upload.headings, template.columns);
  const remembered = await recallMapping(context, upload, template);
  return {
    suggestions,
    mapping: suggestions.length > 0 ? mappingFromSuggestions(suggestions) : [],
    remembered: remembered && { ...remembered, at: remembered.at.toISOString() },
  };
}

/**
 * Like `suggestMapping`, but values need not be options: a person maps them one by one. Columns with options for which no
 * values fit get the heading that has their name.
 */
function suggestForReview(headings: readonly Heading[], columns: readonly Column[]): Suggestion[] {
  const fitting = suggestMapping(headings, columns);
  const found = new Map(fitting.map((suggestion) => [suggestion.column, suggestion]));
  const taken = new Set(fitting.map(({ path }) => path));
  const open = columns.filter(({ key, options }) => options !== undefined && !found.has(key)).map(asText);
  if (open.length === 0) return fitting;
  const free = headings.filter(({ path }) => !taken.has(path));
  for (const suggestion of suggestMapping(free, open)) found.set(suggestion.column, suggestion);
  return columns.flatMap(({ key }) => found.get(key) ?? []);
}

const asText = ({ key, name, alternativeNames }: Column): Column => ({
  key,
  name,
  alternativeNames,
  type: 'text',
});
