import { createHash } from 'node:crypto';
import { InletError, type UploadFile, type UploadView } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type FileRef, type Upload, uploadRef } from '../ports/uploads.js';
import { startScan } from './scan-upload.js';
import { checkSpace } from './upload-limits.js';
import { viewUpload } from './view-upload.js';

const MOST_FILES = 20;
const FILE_NAME_CHARS = 255;
/** Bytes that are stored at once. */
const PART_BYTES = 1_048_576;

export interface NewFile {
  readonly uploadId: string;
  /** As the person's computer names it. */
  readonly name: string;
  /** null if the client does not know it yet. */
  readonly sizeBytes: number | null;
}

/** Adds a file to an upload whose bytes follow. */
export async function addFile(
  context: Context,
  caller: Caller,
  { uploadId, name, sizeBytes }: NewFile,
): Promise<{ file: FileRef; upload: Upload }> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  if (upload.status !== 'receiving') throw new InletError('upload_not_receiving');
  await checkSize(context, upload, sizeBytes ?? 0);
  await checkSpace(context, upload.projectId, sizeBytes ?? 0);
  const file: UploadFile = {
    id: context.newId('fil'),
    name: name.slice(-FILE_NAME_CHARS),
    sizeBytes,
    receivedBytes: 0,
    sha256: null,
    format: null,
    encoding: null,
    delimiter: null,
    worksheets: [],
    worksheet: null,
  };
  const ref = uploadRef(upload);
  const changed = await context.store.uploads.addFile(ref, file, {
    maxFiles: MOST_FILES,
    now: context.now(),
  });
  if (!changed)
    throw new InletError('upload_too_many_files', { detail: `An upload may have ${MOST_FILES} files.` });
  return { file: { ...ref, fileId: file.id }, upload: changed };
}

/** Refuses a file that is larger than its template allows. */
async function checkSize(context: Context, upload: Upload, bytes: number): Promise<void> {
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  const { maxSourceBytes } = template.limits;
  if (bytes > maxSourceBytes)
    throw new InletError('upload_too_large', { detail: `A file may have ${maxSourceBytes} bytes.` });
}

/** Stores bytes at the end of a file and returns its new size. @throws InletError upload_offset_wrong */
export async function appendToFile(
  context: Context,
  file: FileRef,
  part: { readonly offset: number; readonly bytes: Buffer },
): Promise<number> {
  const size = await context.store.files.append(file, part);
  if (size === false) throw new InletError('upload_offset_wrong');
  context.arrivals.note(file, part);
  const upload = await context.store.uploads.changeFile(file, { receivedBytes: size }, context.now());
  if (upload === null) {
    // It was removed meanwhile, and nothing leads to these bytes any more.
    await context.store.files.remove(file);
    throw new InletError('upload_not_found');
  }
  startScan(context, file);
  return size;
}

/** Says that the bytes of a file are complete. */
export async function completeFile(context: Context, file: FileRef, sha256: string | null): Promise<Upload> {
  const sizeBytes = await context.store.files.size(file);
  const changes = { sizeBytes, receivedBytes: sizeBytes, ...(sha256 !== null && { sha256 }) };
  const upload = await context.store.uploads.changeFile(file, changes, context.now());
  if (!upload) throw new InletError('upload_not_found');
  context.arrivals.end(file);
  startScan(context, file);
  return upload;
}

/** Receives a whole file in one request. */
export async function receiveFile(
  context: Context,
  caller: Caller,
  { bytes, ...input }: NewFile & { readonly bytes: AsyncIterable<Buffer> },
): Promise<UploadView> {
  const { file, upload } = await addFile(context, caller, input);
  const hash = createHash('sha256');
  let parts: Buffer[] = [];
  let held = 0;
  let offset = 0;
  const store = async () => {
    if (held === 0) return;
    const part = Buffer.concat(parts, held);
    parts = [];
    held = 0;
    offset = await appendToFile(context, file, { offset, bytes: part });
  };
  for await (const chunk of bytes) {
    hash.update(chunk);
    parts.push(chunk);
    held += chunk.length;
    if (held < PART_BYTES) continue;
    await checkSize(context, upload, offset + held);
    await store();
  }
  await store();
  if (input.sizeBytes !== null && offset !== input.sizeBytes) throw new InletError('upload_interrupted');
  return viewUpload(await completeFile(context, file, hash.digest('hex')));
}
