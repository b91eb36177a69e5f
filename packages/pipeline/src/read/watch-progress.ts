import type { OutlineProgress } from '@inlet/contracts';
import { countRecords } from './count-records.js';
import { DEFAULT_OUTLINE_RECORDS, type OutlineOptions } from './types.js';

/** Counting begins anew at the first byte, and so waits for this much more, which keeps its cost in proportion. */
const WORTHWHILE_GROWTH = 1.1;

/** Passes the bytes of a source on, and tells `onBytes` of each piece; see `OutlineOptions`. */
export async function* watchProgress(
  bytes: AsyncIterable<Uint8Array>,
  options: OutlineOptions & { readonly onBytes: NonNullable<OutlineOptions['onBytes']> },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { onBytes, maxRecords = DEFAULT_OUTLINE_RECORDS } = options;
  let parts: Uint8Array[] = [];
  let length = 0;
  let counted = { bytes: 0, records: 0 };
  const progress = (): OutlineProgress => {
    if (length >= counted.bytes * WORTHWHILE_GROWTH && counted.records < maxRecords) {
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
