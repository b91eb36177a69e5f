import { type ColumnTexts, InletError, type MappedColumn } from '@inlet/contracts';
import { checkTransforms } from '@inlet/pipeline';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { checkPaths } from './choose-mapping.js';
import { requireContents } from './require-contents.js';
import { templateOfUpload } from './template-of-upload.js';

/**
 * The different texts that a column would have with an entry of a mapping, of all rows that have been read so far.
 *
 * @throws InletError upload_not_read, mapping_column_unknown, mapping_path_unknown, and those of `checkTransforms`
 */
export async function listColumnTexts(
  context: Context,
  caller: Caller,
  { uploadId, mapped }: { uploadId: string; mapped: MappedColumn },
): Promise<ColumnTexts> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  requireContents(upload);
  if (upload.headings.length === 0) throw new InletError('upload_not_read');
  checkTransforms([mapped]);
  checkPaths([mapped], upload);
  return context.sheets.columnTexts({ upload, template: await templateOfUpload(context, upload) }, mapped);
}
