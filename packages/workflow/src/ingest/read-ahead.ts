import { replay } from './replay.js';

export interface ReadAhead {
  /** Whether so many bytes came in so little time. */
  readonly isPlenty: boolean;
  /** The source from its first byte, once. */
  readonly all: AsyncIterable<Uint8Array>;
}

/** Waits until a source has given more than `bytes`, but no longer than `ms` or its end. */
export async function readAhead(
  source: AsyncIterable<Uint8Array>,
  { bytes, ms }: { bytes: number; ms: number },
): Promise<ReadAhead> {
  const rest = source[Symbol.asyncIterator]();
  const ahead: Uint8Array[] = [];
  let size = 0;
  let isLate = false;
  let endWait = () => {};
  const late = new Promise<void>((resolve) => {
    endWait = resolve;
  });
  const timer = setTimeout(() => {
    isLate = true;
    endWait();
  }, ms);
  let next = rest.next();

  try {
    while (size <= bytes) {
      // Whoever reads on meets the error of the source.
      next.catch(() => {});
      const result = await Promise.race([next.catch(() => undefined), late]);
      if (isLate || !result || result.done) return { isPlenty: false, all: replay(ahead, rest, next) };
      ahead.push(result.value);
      size += result.value.length;
      next = rest.next();
    }
    next.catch(() => {});
    return { isPlenty: true, all: replay(ahead, rest, next) };
  } finally {
    clearTimeout(timer);
  }
}
