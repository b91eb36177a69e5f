import type { FilePart, FileRef, FileStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { duplicatePositions } from './driver-errors.js';
import { type FileChunkDocument, toFileChunkDocument, unpackChunk } from './file-chunk-document.js';
import { createFileLocks } from './file-locks.js';
import { readInPages } from './paging.js';

type FileContext = Pick<StoreContext, 'fileChunks'>;

const CHUNK_BYTES = 1_048_576;
/** Chunks that are read from the database, and sent to it, at a time. */
const CHUNKS_AT_A_TIME = 4;

export function createFileStore(context: FileContext & Pick<StoreContext, 'fileLocks'>): FileStore {
  const { documents } = context.fileChunks;
  return {
    ...createFileLocks(context),

    size: (file) => sizeOf(context, file),

    async append(file, { offset, bytes }) {
      if (offset > 0 && !(await hasEnd(context, file, offset))) return false;
      const parts = cutParts({ offset, bytes });
      for (let first = 0; first < parts.length; first += CHUNKS_AT_A_TIME) {
        const next = parts.slice(first, first + CHUNKS_AT_A_TIME);
        const chunks = await Promise.all(next.map((part) => toFileChunkDocument(file, part)));
        if (!(await insertChunks(context, chunks))) return false;
      }
      return offset + bytes.length;
    },

    async *read({ projectId, uploadId, fileId }, { start, end }) {
      const readAfter = (last?: FileChunkDocument) =>
        documents
          .find({ projectId, uploadId, fileId, end: { $gt: last?.end ?? start } })
          .sort({ end: 1 })
          .limit(CHUNKS_AT_A_TIME)
          .toArray();
      let position = start;
      for await (const chunk of readInPages(readAfter, CHUNKS_AT_A_TIME)) {
        if (position >= end) return;
        if (chunk.offset > position) break;
        const bytes = await unpackChunk(chunk);
        yield bytes.subarray(position - chunk.offset, end - chunk.offset);
        position = chunk.end;
      }
      if (position < end) throw new Error(`the bytes from ${position} of the file ${fileId} are missing`);
    },

    async remove({ projectId, uploadId, fileId }) {
      await documents.deleteMany({ projectId, uploadId, fileId });
    },

    async removeOfUpload({ projectId, uploadId }) {
      await documents.deleteMany({ projectId, uploadId });
    },
  };
}

async function sizeOf(
  { fileChunks }: FileContext,
  { projectId, uploadId, fileId }: FileRef,
): Promise<number> {
  const last = await fileChunks.documents.findOne(
    { projectId, uploadId, fileId },
    { projection: { end: 1 }, sort: { end: -1 } },
  );
  return last?.end ?? 0;
}

/** The index alone answers it: reading the last chunk would cost as much as writing one. */
async function hasEnd(
  { fileChunks }: FileContext,
  { projectId, uploadId, fileId }: FileRef,
  end: number,
): Promise<boolean> {
  const found = await fileChunks.documents.countDocuments({ projectId, uploadId, fileId, end }, { limit: 1 });
  return found === 1;
}

function cutParts({ offset, bytes }: FilePart): FilePart[] {
  const parts: FilePart[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    parts.push({ offset: offset + start, bytes: bytes.subarray(start, start + CHUNK_BYTES) });
  return parts;
}

/**
 * Inserts chunks in order, up to the first place that has another chunk. One with the same bytes is as good: the bytes
 * were sent twice.
 */
async function insertChunks(
  { fileChunks }: FileContext,
  chunks: readonly FileChunkDocument[],
): Promise<boolean> {
  for (let next = 0; next < chunks.length; next++) {
    try {
      await fileChunks.documents.insertMany(chunks.slice(next));
      return true;
    } catch (error) {
      const [position = 0] = duplicatePositions(error);
      next += position;
      if (!(await isStored({ fileChunks }, chunks[next]!))) return false;
    }
  }
  return true;
}

async function isStored({ fileChunks }: FileContext, chunk: FileChunkDocument): Promise<boolean> {
  const { _id, projectId } = chunk;
  const stored = await fileChunks.documents.findOne({ _id, projectId });
  return stored !== null && (await unpackChunk(stored)).equals(await unpackChunk(chunk));
}
