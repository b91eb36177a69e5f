const LF = 10;
const BLOCK_BYTES = 65_536;

/** A stretch of the source. `bytes[length]` is always a line feed, so that scanners need no test for the end. */
export interface Block {
  readonly bytes: Buffer;
  readonly length: number;
  readonly isLast: boolean;
}

/**
 * Turns chunks of any size into blocks of a size that does not depend on them, so that nothing read from a block
 * can depend on how the network cut the file. What a scanner could not use stands at the start of the next block.
 * A block grows by at least what was left over, so looking at unfinished records again costs linear time in all.
 */
export class BlockReader implements Block {
  bytes: Buffer;
  length = 0;
  isLast = false;
  /** What the source threw. The bytes before it are in the block, and are to be read before it is thrown on. */
  failure: { readonly error: unknown } | undefined;
  private readonly source: AsyncIterator<Buffer>;
  private readonly blockBytes: number;
  private chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, options: { readonly blockBytes?: number } = {}) {
    this.source = chunks[Symbol.asyncIterator]();
    this.blockBytes = options.blockBytes ?? BLOCK_BYTES;
    this.bytes = Buffer.alloc(this.blockBytes + 1, LF);
  }

  /** Drops the first `consumed` bytes and reads on, by `moreBytes` or what is left of the source. */
  async fill(consumed: number, moreBytes = this.blockBytes): Promise<void> {
    const kept = this.length - consumed;
    const wanted = kept + Math.max(moreBytes, kept);
    this.makeRoom(consumed, wanted);
    while (this.length < wanted && (await this.hasChunk())) {
      const taken = this.chunk.copy(this.bytes, this.length, 0, wanted - this.length);
      this.chunk = this.chunk.subarray(taken);
      this.length += taken;
    }
    this.bytes[this.length] = LF;
  }

  async close(): Promise<void> {
    if (!this.isLast && this.failure === undefined) await this.source.return?.();
  }

  private makeRoom(consumed: number, wanted: number): void {
    const target = this.bytes.length > wanted ? this.bytes : Buffer.alloc(wanted + 1);
    this.length = this.bytes.copy(target, 0, consumed, this.length);
    this.bytes = target;
  }

  private async hasChunk(): Promise<boolean> {
    while (this.chunk.length === 0) {
      if (this.isLast || this.failure !== undefined) return false;
      try {
        const next = await this.source.next();
        if (next.done === true) this.isLast = true;
        else this.chunk = next.value;
      } catch (error) {
        this.failure = { error };
      }
    }
    return true;
  }
}
