import type { OutlineProgress } from '@inlet/contracts';
import { countRecords } from './count-records.js';
import { DEFAULT_OUTLINE_RECORDS, type OutlineReadOptions } from './types.js';

/** Each count starts at the first byte, so it waits for this growth, which keeps the total cost linear. */
const LEAST_GROWTH = 1.1;

/** Passes the bytes of a source on and calls `onBytes` for each piece; see `OutlineReadOptions`. */
export async function* watchProgress(
  bytes: AsyncIterable<Uint8Array>,
  options: OutlineReadOptions & { readonly onBytes: NonNullable<OutlineReadOptions['onBytes']> },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { onBytes, maxRecords = DEFAULT_OUTLINE_RECORDS } = options;
  let parts: Uint8Array[] = [];
  let length = 0;
  let counted = { bytes: 0, records: 0 };
  const progress = (): OutlineProgress => {
    if (length >= counted.bytes * LEAST_GROWTH && counted.records < maxRecords) {
      const head = Buffer.concat(parts);
      parts = [head];
      counted = { bytes: length, records: Math.min(maxRecords, countRecords(head, options)) };
    }
    return { bytes: length, records: counted.records };
  };
  for await (const chunk of bytes) {
    parts.push(chunk);
    length += chunk.byteLength;
    onBytes(progress);
    yield chunk;
  }
}
