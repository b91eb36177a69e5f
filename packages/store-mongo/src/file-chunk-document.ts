import type { FileRef } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/** Some bytes of a file. Chunks follow each other without gaps and never change. */
export interface FileChunkDocument {
  /** Composed of file and offset: of two processes that add bytes at one place, one finds the other's chunk. */
  _id: string;
  projectId: string;
  uploadId: string;
  fileId: string;
  /** Offset of the byte after the last one; the largest is the size of the file. */
  end: number;
  bytes: Buffer;
}

const required = true;

export const fileChunkSchema: Schema<FileChunkDocument> = new Schema<FileChunkDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    uploadId: { type: String, required },
    fileId: { type: String, required },
    end: { type: Number, required },
    bytes: { type: Buffer, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'file_chunks' },
);

// size: the last one; read: in order; remove, removeOfUpload
fileChunkSchema.index({ projectId: 1, uploadId: 1, fileId: 1, end: 1 });

export const chunkId = ({ fileId }: Pick<FileRef, 'fileId'>, offset: number): string => `${fileId}:${offset}`;
