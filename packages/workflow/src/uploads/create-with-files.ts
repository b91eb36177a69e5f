import { InletError, type UploadView } from '@inlet/contracts';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type CreateUploadInput, createUpload } from './create-upload.js';
import { receiveFile } from './receive-file.js';
import { removeUpload } from './remove-upload.js';

/** A file of a form, whose bytes arrive while they are read. */
export interface FormFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

export interface UploadWithFiles extends CreateUploadInput {
  readonly files: AsyncIterable<FormFile>;
}

/** Begins an upload and receives its files. If one of them cannot be received, nothing stays. */
export async function createUploadWithFiles(
  context: Context,
  caller: Caller,
  { files, ...input }: UploadWithFiles,
): Promise<UploadView> {
  let upload = await createUpload(context, caller, input);
  try {
    for await (const { name, bytes } of files)
      upload = await receiveFile(context, caller, { uploadId: upload.id, name, sizeBytes: null, bytes });
    return upload;
  } catch (error) {
    await removeUpload(context, caller, upload.id).catch((failure: unknown) => {
      const isGone = failure instanceof InletError && failure.code === 'upload_not_found';
      if (!isGone) context.log.warn({ uploadId: upload.id, error: failure }, 'failed to remove an upload');
    });
    throw error;
  }
}
