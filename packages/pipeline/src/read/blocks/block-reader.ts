const LF = 10;
const BLOCK_BYTES = 65_536;

/** A part of the source. `bytes[length]` is always a line feed, so that scanners need no test for the end. */
export interface Block {
  readonly bytes: Buffer;
  readonly length: number;
  readonly isLast: boolean;
}

/**
 * Turns chunks of any size into blocks of fixed sizes, so that nothing read from a block depends on how the network
 * cut the file. Bytes that a scanner could not use begin the next block. A block grows by at least the size of that
 * rest, so scanning unfinished records again costs linear time in total.
 */
export class BlockReader implements Block {
  bytes: Buffer;
  length = 0;
  isLast = false;
  /** The error of the source. The block still holds the bytes before it; read them before throwing it. */
  failure: { readonly error: unknown } | undefined;
  private readonly source: AsyncIterator<Buffer>;
  private readonly blockBytes: number;
  private chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, blockBytes = BLOCK_BYTES) {
    this.source = chunks[Symbol.asyncIterator]();
    this.blockBytes = blockBytes;
    this.bytes = Buffer.alloc(this.blockBytes + 1, LF);
  }

  /** Drops the first `consumed` bytes and reads `moreBytes` more, or the rest of the source. */
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
