import { createHash } from 'node:crypto';

export interface BodyDigest {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly bytes: number;
}

/** A reader may stop before the last byte, such as at the closing bracket of a list. At most this many may follow. */
const MAX_UNREAD_BYTES = 65_536;

export interface DigestedBytes {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The digest of all bytes, after the reader has ended; null if the reader left more than a few unread. Reads them once. */
  whole(): Promise<BodyDigest | null>;
}

/** Computes a digest of bytes on their way to a reader. The caller closes the source. */
export function digestBytes(source: AsyncIterable<Uint8Array>): DigestedBytes {
  const chunks = source[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let bytes = 0;
  let isWhole = false;
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
  const readRest = async (): Promise<BodyDigest | null> => {
    for (let left = MAX_UNREAD_BYTES; !isWhole && left > 0; ) {
      const { done, value } = await next();
      if (!done) left -= value.length;
    }
    return isWhole ? { digest: hash.digest('hex'), bytes } : null;
  };
  let rest: Promise<BodyDigest | null> | undefined;
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next }) },
    whole() {
      rest ??= readRest();
      return rest;
    },
  };
}
