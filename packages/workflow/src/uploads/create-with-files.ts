import { type ImportInput, InletError, type UploadView } from '@inlet/contracts';
import { findTemplate } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { UploadAutomation } from '../ports/uploads.js';
import { startImport } from './continue-import.js';
import { type CreateUploadInput, createUpload } from './create-upload.js';
import { receiveFile } from './receive-file.js';
import { removeUpload } from './remove-upload.js';
import { viewUpload } from './view-upload.js';

/** A file of a form, whose bytes arrive while they are read. */
export interface FormFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

export interface UploadWithFiles extends CreateUploadInput {
  readonly files: AsyncIterable<FormFile>;
}

export type ImportFiles = ImportInput & { readonly files: AsyncIterable<FormFile> };

/**
 * Receives files that are imported without a person: the upload goes on by itself, as soon as all of them have arrived.
 *
 * @throws those of `createUploadWithFiles`, upload_interrupted if there is no file, destination_needs_server
 */
export async function createImport(
  context: Context,
  caller: Caller,
  { mapping, onInvalid, files, ...input }: ImportFiles,
): Promise<UploadView> {
  const { destination } = await findTemplate(context, caller, input.templateId);
  if (destination?.kind === 'frontend') throw new InletError('destination_needs_server');
  const { id: uploadId, files: received } = await createUploadWithFiles(context, caller, { ...input, files });
  const ref = { projectId: caller.projectId, uploadId };
  if (received.length === 0) {
    await removeUpload(context, caller, uploadId);
    throw new InletError('invalid_request', { errors: [{ path: 'file', message: 'is missing' }] });
  }
  const automation: UploadAutomation = {
    mapping: mapping ?? null,
    onInvalid,
    isEnded: false,
    deliveryId: context.newId('dlv'),
    runId: context.newId('run'),
  };
  const upload = await context.store.uploads.change(ref, { changes: { automation }, now: context.now() });
  if (!upload) throw new InletError('upload_not_found');
  startImport(context, ref);
  return viewUpload(upload);
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
