/** Rows as JSON joined by commas, UTF-8, in one stretch of memory that is used again for later batches. */
export interface BatchWriter {
  readonly rows: number;
  readonly bytes: number;
  /** Adds the JSON of a row, in pieces. False, and nothing added, where the batch would grow over its limit. */
  add(...json: readonly string[]): boolean;
  /** The batch so far; its memory stays as it is until `release` is called with it. Begins a new batch. */
  take(): Buffer;
  /** Gives the memory of a batch back. */
  release(batch: Buffer): void;
}

const COMMA = 0x2c;
/** UTF-8 takes three bytes at most for each UTF-16 code unit. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * A first row is always taken, however large. Rows are written at once instead of being collected: strings that
 * live for a whole batch would have to be moved and swept by the garbage collector, and take several times the
 * memory of the batch.
 */
export function createBatchWriter({ maxRows, maxBytes }: { maxRows: number; maxBytes: number }): BatchWriter {
  const free: Buffer[] = [];
  let memory: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let rows = 0;

  /** Room for this many more bytes, in memory that has the size of a batch from the beginning. */
  const makeRoom = (size: number) => {
    if (bytes + size <= memory.length) return;
    const larger = bytes === 0 && free[0] && free[0].length >= size ? free.shift()! : allocate(bytes + size);
    memory.copy(larger, 0, 0, bytes);
    memory = larger;
  };
  const allocate = (size: number) =>
    Buffer.allocUnsafeSlow(Math.max(size, Math.min(maxBytes, 262_144), memory.length * 2));

  return {
    get rows() {
      return rows;
    },
    get bytes() {
      return bytes;
    },
    add(...json) {
      if (rows >= maxRows) return false;
      makeRoom(json.reduce((sum, piece) => sum + piece.length, 1) * MOST_BYTES_PER_UNIT);
      const comma = rows > 0 ? 1 : 0;
      let size = comma;
      for (const piece of json) size += memory.write(piece, bytes + size);
      if (rows > 0 && bytes + size > maxBytes) return false;
      if (comma) memory[bytes] = COMMA;
      bytes += size;
      rows += 1;
      return true;
    },
    take() {
      const batch = memory.subarray(0, bytes);
      memory = free.shift() ?? Buffer.alloc(0);
      bytes = 0;
      rows = 0;
      return batch;
    },
    release(batch) {
      free.push(Buffer.from(batch.buffer, 0, batch.buffer.byteLength));
    },
  };
}
