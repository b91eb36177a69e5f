export interface Peeked {
  /** The first bytes: exactly as many as were asked for, or all there are. */
  readonly head: Buffer;
  /** Whether the source ends with the head. */
  readonly isComplete: boolean;
  /** What the source threw right after the head; it is thrown again to whoever reads that far. */
  readonly fault: unknown;
  /** Everything from the beginning, the head included. */
  readonly chunks: AsyncIterable<Buffer>;
  /** For whoever does not read `chunks`. */
  readonly close: () => Promise<void>;
}

/** Looks at the beginning of a stream without taking it away. A stream that fails at once throws here. */
export async function peek(source: AsyncIterable<Buffer>, maxBytes: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let bytes = 0;
  let isDone = false;
  let fault: unknown;
  try {
    while (bytes <= maxBytes && !isDone) {
      const next = await iterator.next();
      isDone = next.done === true;
      if (next.done === true) break;
      parts.push(next.value);
      bytes += next.value.length;
    }
  } catch (error) {
    if (bytes === 0) throw error;
    fault = error;
  }
  const begun = Buffer.concat(parts);
  return {
    head: begun.subarray(0, maxBytes),
    isComplete: isDone && bytes <= maxBytes,
    fault,
    chunks: replay(begun, fault === undefined ? iterator : failing(fault)),
    close: async () => void (await iterator.return?.()),
  };
}

function failing(fault: unknown): AsyncIterator<Buffer> {
  return { next: () => Promise.reject(fault) };
}

async function* replay(begun: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    if (begun.length > 0) yield begun;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
