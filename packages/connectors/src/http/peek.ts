/** The beginning of a stream, and the whole of it again. */
export interface Peeked {
  /** At least as many bytes as asked for, except where the stream is shorter. */
  readonly head: Buffer;
  /** Whether the head is all there is. */
  readonly isWhole: boolean;
  /** The stream from its first byte. */
  readonly all: AsyncGenerator<Uint8Array>;
}

/** Reads until `size` bytes are there. */
export async function peek(source: AsyncGenerator<Uint8Array>, size: number): Promise<Peeked> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < size && !isWhole) {
    const { value, done } = await source.next();
    if (done) isWhole = true;
    else {
      chunks.push(value);
      length += value.length;
    }
  }
  return { head: Buffer.concat(chunks), isWhole, all: again(chunks, source) };
}

async function* again(chunks: Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks.splice(0);
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
