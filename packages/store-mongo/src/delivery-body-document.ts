import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { NewDelivery } from '@inlet/workflow';
import { Schema } from 'mongoose';
import { SCHEMA_OPTIONS } from './schema-parts.js';

/**
 * The body of a delivery. It has its own collection, so that listings and status changes never touch it: a megabyte
 * is written once and never again. It is written before its delivery, so that a delivery that can be sent has a
 * body. When both are removed, the body goes first, so that its delivery leads to what a crash left.
 */
export interface DeliveryBodyDocument {
  /** The delivery's id. */
  _id: string;
  projectId: string;
  jobId: string;
  runId: string;
  runAttempt: number;
  /** Packed. */
  bytes: Buffer;
}

const required = true;

export const deliveryBodySchema: Schema<DeliveryBodyDocument> = new Schema<DeliveryBodyDocument>(
  {
    _id: { type: String, required },
    projectId: { type: String, required },
    jobId: { type: String, required },
    runId: { type: String, required },
    runAttempt: { type: Number, required },
    bytes: { type: Buffer, required },
  },
  { ...SCHEMA_OPTIONS, collection: 'delivery_bodies' },
);

// removeStaged
deliveryBodySchema.index({ projectId: 1, runId: 1, runAttempt: 1 });
// removeOfJob
deliveryBodySchema.index({ projectId: 1, jobId: 1 });

export const toDeliveryBodyDocument = async ({
  delivery,
  body,
}: NewDelivery): Promise<DeliveryBodyDocument> => ({
  _id: delivery.id,
  projectId: delivery.projectId,
  jobId: delivery.jobId,
  runId: delivery.runId,
  runAttempt: delivery.runAttempt,
  bytes: await packBody(body),
});

/**
 * Packs bodies: JSON of rows shrinks to a quarter or less, which saves disk space and most of the work of the
 * database. Uses the fastest level, on the threads of zlib.
 */
const FASTEST = { level: 1, chunkSize: 262_144 };

const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

export const packBody = (body: Buffer): Promise<Buffer> => pack(body, FASTEST) as Promise<Buffer>;

export const unpackBody = (packed: Buffer): Promise<Buffer> =>
  unpack(packed, { chunkSize: 1_048_576 }) as Promise<Buffer>;
