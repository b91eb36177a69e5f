import { createHash } from 'node:crypto';
import { InletError, type UploadFile, type UploadView } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type FileRef, type Upload, uploadRef } from '../ports/uploads.js';
import { takeFile } from './remove-file.js';
import { startScan } from './scan-upload.js';
import { checkSpace } from './upload-limits.js';
import { viewUpload } from './view-upload.js';

const MOST_FILES = 20;
const FILE_NAME_CHARS = 255;
/** Bytes that are stored at once. The first ones open the next screens, so they are fewer. */
const FIRST_BYTES = 262_144;
const PART_BYTES = 4_194_304;
/** Bytes of a slow transfer are stored after this long. */
const MOST_WAIT_MS = 1000;

export interface NewFile {
  readonly uploadId: string;
  /** As the person's computer names it. */
  readonly name: string;
  /** null if the client does not know it yet. */
  readonly sizeBytes: number | null;
}

export interface Transfer {
  readonly file: FileRef;
  readonly upload: Upload;
  /** Bytes that the template allows. */
  readonly maxBytes: number;
}

/** Adds a file to an upload whose bytes follow. */
export async function addFile(
  context: Context,
  caller: Caller,
  { uploadId, name, sizeBytes }: NewFile,
): Promise<Transfer> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  if (upload.status !== 'receiving' && upload.status !== 'mapping')
    throw new InletError('upload_not_receiving');
  const maxBytes = await findMostBytes(context, upload);
  if (sizeBytes !== null && sizeBytes > maxBytes) throw tooLarge(maxBytes);
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
    sameAs: null,
    error: null,
    mismatch: null,
  };
  const ref = uploadRef(upload);
  const changed = await context.store.uploads.addFile(ref, file, {
    maxFiles: MOST_FILES,
    now: context.now(),
  });
  if (!changed)
    throw new InletError('upload_too_many_files', { detail: `An upload may have ${MOST_FILES} files.` });
  return {
    file: { ...ref, fileId: file.id },
    upload: changed,
    maxBytes,
  };
}

async function findMostBytes(context: Context, upload: Upload): Promise<number> {
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  return template.limits.maxSourceBytes;
}

const tooLarge = (maxBytes: number): InletError =>
  new InletError('upload_too_large', { detail: `A file may have ${maxBytes} bytes.` });

/** Stores bytes at the end of a file and returns its new size. @throws InletError upload_offset_wrong */
async function appendToFile(
  context: Context,
  file: FileRef,
  part: { readonly offset: number; readonly bytes: Buffer },
): Promise<number> {
  const size = await context.store.files.append(file, part);
  if (size === false) throw new InletError('upload_offset_wrong');
  context.arrivals.note(file, part);
  context.digests.note(file.fileId, part);
  const upload = await context.store.uploads.changeFile(file, { receivedBytes: size }, context.now());
  if (upload === null) {
    // It was removed during the transfer, and nothing leads to these bytes any more.
    await context.store.files.remove(file);
    throw new InletError('upload_not_found');
  }
  startScan(context, file);
  return size;
}

/**
 * Says that a file is complete. If its bytes came to several processes, its digest is stored later: nobody waits until
 * the bytes have been read again.
 */
export async function completeFile(context: Context, file: FileRef): Promise<Upload> {
  const sizeBytes = await context.store.files.size(file);
  const sha256 = context.digests.take(file.fileId, sizeBytes);
  const digested = sha256 === null ? {} : await digestFacts(context, file, sha256);
  const changes = { sizeBytes, receivedBytes: sizeBytes, ...digested };
  const upload = await context.store.uploads.changeFile(file, changes, context.now());
  if (!upload) throw new InletError('upload_not_found');
  context.arrivals.end(file);
  startScan(context, file);
  if (sha256 === null) startDigest(context, file);
  return upload;
}

/** The transfer of a file that was added before. @throws InletError upload_not_found, upload_file_not_found */
export async function findTransfer(
  context: Context,
  caller: Caller,
  { uploadId, fileId }: { uploadId: string; fileId: string },
): Promise<Transfer> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  if (!upload.files.some(({ id }) => id === fileId)) throw new InletError('upload_file_not_found');
  return { file: { ...uploadRef(upload), fileId }, upload, maxBytes: await findMostBytes(context, upload) };
}

/**
 * Stores bytes as they arrive and returns the size of the file after them. If they break off, those that came are
 * stored, and the error is thrown after that.
 */
export async function appendStream(
  context: Context,
  { file, maxBytes }: Pick<Transfer, 'file' | 'maxBytes'>,
  given: { readonly offset: number; readonly bytes: AsyncIterable<Buffer> },
): Promise<number> {
  let end = given.offset;
  let parts: Buffer[] = [];
  let held = 0;
  let storing: Promise<unknown> = Promise.resolve();
  let storedAt = Date.now();
  const store = async () => {
    if (held === 0) return;
    if (end + held > maxBytes) throw tooLarge(maxBytes);
    const part = { offset: end, bytes: Buffer.concat(parts, held) };
    end += held;
    parts = [];
    held = 0;
    storedAt = Date.now();
    // The next bytes arrive at the same time.
    await storing;
    storing = appendToFile(context, file, part);
    storing.catch(() => {});
  };
  try {
    for await (const chunk of given.bytes) {
      parts.push(chunk);
      held += chunk.length;
      const isEnough = held >= (end === 0 ? FIRST_BYTES : PART_BYTES);
      if (isEnough || Date.now() - storedAt > MOST_WAIT_MS) await store();
    }
  } finally {
    await store();
    await storing;
  }
  return end;
}

/** Stores the size of a file whose client did not know it before. */
export async function declareFileSize(
  context: Context,
  { file, maxBytes }: Pick<Transfer, 'file' | 'maxBytes'>,
  sizeBytes: number,
): Promise<void> {
  if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
  const upload = await context.store.uploads.changeFile(file, { sizeBytes }, context.now());
  if (!upload) throw new InletError('upload_not_found');
}

/** The digest of a file, and the finished upload that had the same bytes. */
async function digestFacts(
  context: Context,
  file: FileRef,
  sha256: string,
): Promise<Pick<UploadFile, 'sha256' | 'sameAs'>> {
  const upload = await context.store.uploads.get(file);
  const same = upload && (await context.store.uploads.findSame(upload, sha256));
  if (!same) return { sha256, sameAs: null };
  const { id: uploadId, updatedAt, counts } = same;
  return { sha256, sameAs: { uploadId, finishedAt: updatedAt.toISOString(), rows: counts.delivered } };
}

function startDigest(context: Context, file: FileRef): void {
  context.background.start(`digest ${file.fileId}`, async (signal) => {
    try {
      const sha256 = await digestStored(context, file, signal);
      await context.store.uploads.changeFile(file, await digestFacts(context, file, sha256), context.now());
    } catch (error) {
      const upload = await context.store.uploads.get(file);
      const isLeft = upload?.files.some(({ id }) => id === file.fileId);
      if (isLeft && upload?.status !== 'cancelled' && upload?.status !== 'expired') throw error;
    }
  });
}

async function digestStored({ store }: Context, file: FileRef, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const end = await store.files.size(file);
  for await (const bytes of store.files.read(file, { start: 0, end })) {
    signal.throwIfAborted();
    hash.update(bytes);
  }
  return hash.digest('hex');
}

/** Receives a whole file in one request. One that breaks off is removed, so that it can be sent again. */
export async function receiveFile(
  context: Context,
  caller: Caller,
  { bytes, ...input }: NewFile & { readonly bytes: AsyncIterable<Buffer> },
): Promise<UploadView> {
  const transfer = await addFile(context, caller, input);
  try {
    const size = await appendStream(context, transfer, { offset: 0, bytes });
    if (input.sizeBytes !== null && size !== input.sizeBytes) throw new InletError('upload_interrupted');
    return viewUpload(await completeFile(context, transfer.file));
  } catch (error) {
    await takeFile(context, transfer.file).catch(() => null);
    throw error;
  }
}
