import { DEFAULT_OUTLINE_BYTES, type DecodedBytes, type OutlineOptions, type ReadFacts } from '../types.js';
import type { Block, BlockReader } from './block-reader.js';

/** The first bytes of a source, as many as an outline may look at. */
export class FirstLook implements DecodedBytes {
  readonly facts: ReadFacts;
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether the source ended within the first look. */
  isComplete = false;

  constructor(input: DecodedBytes, { maxBytes = DEFAULT_OUTLINE_BYTES, signal }: OutlineOptions) {
    this.facts = input.facts;
    this.chunks = this.beginning(input.chunks, { maxBytes, signal });
  }

  /** All of the first look as one block, which is the last one only if the source ended. */
  async readAll(reader: BlockReader): Promise<Block> {
    while (!reader.isLast && reader.failure === undefined) await reader.fill(0);
    if (reader.failure !== undefined) throw reader.failure.error;
    return { bytes: reader.bytes, length: reader.length, isLast: this.isComplete };
  }

  private async *beginning(
    chunks: AsyncIterable<Buffer>,
    { maxBytes, signal }: { maxBytes: number; signal: AbortSignal | undefined },
  ): AsyncGenerator<Buffer> {
    let left = maxBytes;
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      if (left === 0 && chunk.length > 0) return;
      const part = chunk.subarray(0, left);
      left -= part.length;
      yield part;
      if (part.length < chunk.length) return;
    }
    this.isComplete = true;
  }
}
