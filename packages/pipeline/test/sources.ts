import { readFileSync } from 'node:fs';
import type { FieldValue } from '@inlet/contracts';
import type { ReadFacts } from '../src/read/read-facts.js';
import { readRecords } from '../src/read/read-records.js';
import type { ReadRequest } from '../src/read/types.js';

/** The sizes at which several well-known parsers give different results. */
export const CHUNK_SIZES = [1, 7, 65_536, 262_144] as const;

export const fixtureBytes = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

export async function* inChunks(bytes: Uint8Array | string, size = 65_536): AsyncGenerator<Uint8Array> {
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  for (let at = 0; at < buffer.length; at += size) yield buffer.subarray(at, at + size);
}

export interface ReadAll {
  readonly rows: (readonly FieldValue[])[];
  readonly batches: number[];
  readonly facts: ReadFacts;
  readonly error: unknown;
}

/** Reads everything, and keeps what came before an error. */
export async function readAll(
  bytes: Uint8Array | string,
  request: Partial<ReadRequest> & Pick<ReadRequest, 'recordPath' | 'paths'>,
  chunkSize?: number,
): Promise<ReadAll> {
  const { batches, facts } = readRecords(inChunks(bytes, chunkSize), { parseOptions: {}, ...request });
  const rows: (readonly FieldValue[])[] = [];
  const sizes: number[] = [];
  try {
    for await (const batch of batches) {
      sizes.push(batch.length);
      for (const { record, fields } of batch) {
        rows.push(fields);
        if (record !== rows.length) throw new Error(`record ${record} came as number ${rows.length}`);
      }
    }
  } catch (error) {
    return { rows, batches: sizes, facts, error };
  }
  return { rows, batches: sizes, facts, error: undefined };
}
