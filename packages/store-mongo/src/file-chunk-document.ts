import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { FilePart, FileRef } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/** Some bytes of a file. Chunks follow each other without gaps and never change. */
export interface FileChunkDocument {
  /** Composed of file and offset: of two processes that add bytes at one place, one finds the other's chunk. */
  _id: string;
  projectId: string;
  uploadId: string;
  fileId: string;
  offset: number;
  /** Offset of the byte after the last one; the largest is the size of the file. */
  end: number;
  isPacked: boolean;
  bytes: Buffer;
}

const required = true;

export const fileChunkSchema: Schema<FileChunkDocument> = new Schema<FileChunkDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    uploadId: { type: String, required },
    fileId: { type: String, required },
    offset: { type: Number, required },
    end: { type: Number, required },
    isPacked: { type: Boolean, required },
    bytes: { type: Buffer, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'file_chunks' },
);

// size: the last one; read: in order; remove, removeOfUpload
fileChunkSchema.index({ projectId: 1, uploadId: 1, fileId: 1, end: 1 });

export async function toFileChunkDocument(
  { projectId, uploadId, fileId }: FileRef,
  { offset, bytes }: FilePart,
): Promise<FileChunkDocument> {
  const isPacked = await isWorthPacking(bytes.subarray(0, SAMPLE_BYTES));
  return {
    _id: `${fileId}:${offset}`,
    projectId,
    uploadId,
    fileId,
    offset,
    end: offset + bytes.length,
    isPacked,
    bytes: isPacked ? await pack(bytes) : bytes,
  };
}

export const unpackChunk = async ({ isPacked, bytes, offset, end }: FileChunkDocument): Promise<Buffer> =>
  isPacked ? unpack(bytes, { chunkSize: end - offset }) : bytes;

/**
 * Text shrinks to a fifth at 400 MB/s, on the threads of zlib; deflating it takes twice the time, and the database needs
 * longer to write it as it is. Spreadsheets are packed already.
 */
const QUALITY = 1;
const WORTH_PACKING = 0.9;
const SAMPLE_BYTES = 32_768;

const compress = promisify(brotliCompress);
const unpack = promisify(brotliDecompress);

const pack = (bytes: Buffer): Promise<Buffer> =>
  compress(bytes, {
    chunkSize: Math.min(bytes.length, 262_144) + 64,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: 18,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

const isWorthPacking = async (sample: Buffer): Promise<boolean> =>
  (await pack(sample)).length < sample.length * WORTH_PACKING;
