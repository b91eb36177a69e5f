import { readFileSync } from 'node:fs';
import type { RawRecord } from '@inlet/contracts';
import { createReadFacts } from '../src/read/read-facts.js';
import type { DecodedBytes } from '../src/read/types.js';

/** The sizes of chunks at which every fixture must read the same. */
export const CHUNK_SIZES = [1, 7, 65_536, 262_144];

/** A decoded source: UTF-8 without a byte order mark, cut every `chunkBytes` bytes. */
export function decoded(source: string | Buffer, chunkBytes = 65_536): DecodedBytes {
  const bytes = Buffer.from(source);
  const start = bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
  const facts = createReadFacts('csv');
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = start; at < bytes.length; at += chunkBytes) {
      const chunk = bytes.subarray(at, at + chunkBytes);
      facts.bytes += chunk.length;
      yield chunk;
    }
  }
  return { chunks: chunks(), facts };
}

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
}

/** All records, and the error that ended the reading, if one did. */
export async function drain(
  batches: AsyncIterable<readonly RawRecord[]>,
): Promise<{ records: RawRecord[]; error: unknown }> {
  const records: RawRecord[] = [];
  try {
    for await (const batch of batches) records.push(...batch);
  } catch (error) {
    return { records, error };
  }
  return { records, error: undefined };
}
