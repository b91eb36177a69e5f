import { InletError } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { uploadRef } from '../ports/uploads.js';

export interface UploadedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly bytes: AsyncIterable<Buffer>;
}

/** The bytes of a file as they were sent. @throws InletError upload_not_found, upload_file_not_found */
export async function readUploadedFile(
  context: Pick<Context, 'store'>,
  caller: Caller,
  { uploadId, fileId }: { uploadId: string; fileId: string },
): Promise<UploadedFile> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  const file = upload.files.find(({ id }) => id === fileId);
  if (!file) throw new InletError('upload_file_not_found');
  const ref = { ...uploadRef(upload), fileId };
  const sizeBytes = await context.store.files.size(ref);
  if (sizeBytes !== file.sizeBytes)
    throw new InletError('upload_file_not_found', { detail: 'Its bytes are not complete.' });
  return { name: file.name, sizeBytes, bytes: context.store.files.read(ref, { start: 0, end: sizeBytes }) };
}
