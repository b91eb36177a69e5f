import { InletError, type Mapping, type OutlineRequest } from '@inlet/contracts';
import { isFeedFieldPath, mappingPaths } from '@inlet/pipeline';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { outlineFromSource } from './outline-from-source.js';

/**
 * Returns the record path that an outline of the source proposes. Throws `source_no_records` if there are none yet, or if
 * the ones that were found have no mapped path at all: another list is meant then, such as one that is still empty.
 */
export async function proposeRecordPath(
  context: Context,
  caller: Caller,
  { mapping, ...request }: OutlineRequest & { readonly mapping: Mapping },
): Promise<string> {
  const { outline } = await outlineFromSource(context, caller, { request });
  const { recordPath, recordCount } = outline;
  const known = new Set(outline.headings.map(({ path }) => path));
  const paths = mappingPaths(mapping);
  if (
    recordCount > 0 &&
    (paths.length === 0 || paths.some((path) => known.has(path) || isFeedFieldPath(path)))
  )
    return recordPath;
  const found =
    recordCount > 0 ? `The records at ${recordPath} have no mapped path` : 'The source has no records now';
  throw new InletError('source_no_records', { detail: `${found}. Repeat the request with a recordPath.` });
}
