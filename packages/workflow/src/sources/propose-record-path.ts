import { InletError, type Mapping, type Outline, type OutlineRequest } from '@inlet/contracts';
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
  throw new InletError('source_no_records', {
    detail: `${describeRecords(outline)}. Repeat the request with a recordPath.`,
  });
}

function describeRecords({ recordPath, recordCount, warnings }: Outline): string {
  if (recordCount > 0) return `The records at ${recordPath} have no mapped path`;
  return warnings.some(({ code }) => code === 'record_exceeds_outline')
    ? `The first record at ${recordPath} does not end in the first part of the source`
    : 'The source has no records now';
}
