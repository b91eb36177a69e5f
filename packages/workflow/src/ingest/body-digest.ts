import { createHash } from 'node:crypto';

/** What tells one body from another. */
export interface BodyDigest {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

/** A reader may end before the last byte, such as at the closing bracket of a list; so much may follow. */
const MOST_LEFT_BYTES = 65_536;

export interface DigestedBytes {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** After the reader has ended. Null where it left more than a little unread. */
  whole(): Promise<BodyDigest | null>;
}

/** Bytes on their way to a reader, and a digest of all of them. Whoever opened the source closes it. */
export function digesting(source: AsyncIterable<Uint8Array>): DigestedBytes {
  const chunks = source[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let bytes = 0;
  let isWhole = false;
  let digest: string | undefined;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const result = await chunks.next();
    if (result.done) {
      isWhole = true;
      return { done: true, value: undefined };
    }
    hash.update(result.value);
    bytes += result.value.length;
    return result;
  };
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next }) },
    async whole() {
      for (let left = MOST_LEFT_BYTES; !isWhole && left > 0; ) {
        const { done, value } = await next();
        if (!done) left -= value.length;
      }
      if (!isWhole) return null;
      digest ??= hash.digest('hex');
      return { digest, bytes };
    },
  };
}
