import type { FilePart, FileRef, FileStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { duplicatePositions } from './driver-errors.js';
import { chunkId, type FileChunkDocument } from './file-chunk-document.js';
import { readInPages } from './paging.js';

type FileContext = Pick<StoreContext, 'fileChunks'>;

const CHUNK_BYTES = 1_048_576;
/** Chunks that are read, and sent to the database, at a time. */
const CHUNKS_AT_A_TIME = 4;

export function createFileStore(context: FileContext): FileStore {
  const { documents } = context.fileChunks;
  return {
    size: (file) => sizeOf(context, file),

    async append(file, { offset, bytes }) {
      if ((await sizeOf(context, file)) !== offset) return false;
      const chunks = cutChunks(file, { offset, bytes });
      for (let first = 0; first < chunks.length; first += CHUNKS_AT_A_TIME)
        if (!(await insertChunks(context, chunks.slice(first, first + CHUNKS_AT_A_TIME)))) return false;
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
        const offset = chunk.end - chunk.bytes.length;
        if (offset > position) break;
        yield chunk.bytes.subarray(position - offset, end - offset);
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

function cutChunks(
  { projectId, uploadId, fileId }: FileRef,
  { offset, bytes }: FilePart,
): FileChunkDocument[] {
  const chunks: FileChunkDocument[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const part = bytes.subarray(start, start + CHUNK_BYTES);
    const at = offset + start;
    chunks.push({
      _id: chunkId({ fileId }, at),
      projectId,
      uploadId,
      fileId,
      end: at + part.length,
      bytes: part,
    });
  }
  return chunks;
}

/**
 * Inserts chunks in order, up to the first place where another chunk is. One with the same bytes is as good as ours: it
 * may be ours, if the driver has sent it twice. Returns false for another one.
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
      const { _id, projectId, bytes } = chunks[next]!;
      const stored = await fileChunks.documents.findOne({ _id, projectId });
      if (stored === null || !stored.bytes.equals(bytes)) return false;
    }
  }
  return true;
}
