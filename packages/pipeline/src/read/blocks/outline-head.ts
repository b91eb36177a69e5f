import type { ReadFacts } from '../read-facts.js';
import { DEFAULT_OUTLINE_BYTES, type DecodedBytes, type OutlineReadOptions } from '../types.js';
import type { Block, BlockReader } from './block-reader.js';

/** The first bytes of a source, up to the limit of an outline. */
export class OutlineHead implements DecodedBytes {
  readonly facts: ReadFacts;
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether the source ended within the head. */
  isComplete = false;

  constructor(input: DecodedBytes, { maxBytes = DEFAULT_OUTLINE_BYTES, signal }: OutlineReadOptions) {
    this.facts = input.facts;
    this.chunks = this.limitChunks(input.chunks, maxBytes, signal);
  }

  /** The whole head as one block, which is marked as the last one only if the source ended. */
  async readAll(reader: BlockReader): Promise<Block> {
    while (!reader.isLast && reader.failure === undefined) await reader.fill(0);
    if (reader.failure !== undefined) throw reader.failure.error;
    return { bytes: reader.bytes, length: reader.length, isLast: this.isComplete };
  }

  private async *limitChunks(
    chunks: AsyncIterable<Buffer>,
    maxBytes: number,
    signal: AbortSignal | undefined,
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
