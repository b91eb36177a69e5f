import type { BatchLimits } from '../ports/change-reader.js';

/** Writes rows as JSON joined by commas, in UTF-8, into memory that later batches reuse. */
export interface BatchWriter {
  readonly rows: number;
  readonly bytes: number;
  /** Adds the JSON of a row, in pieces. Returns false and adds nothing if the batch would exceed its limits. */
  add(...json: readonly string[]): boolean;
  /** Returns the batch, whose memory is not reused before `recycle`, and starts a new one. */
  take(): Buffer;
  /** Makes the memory of a batch available for later ones. */
  recycle(batch: Buffer): void;
}

const COMMA = 0x2c;
/** UTF-8 needs at most three bytes for each UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * The first row of a batch is always added, however large. Rows are written immediately instead of being collected:
 * strings that live as long as a batch cost the garbage collector time, and several times the memory of the batch.
 */
export function createBatchWriter({ maxRows, maxBytes }: BatchLimits): BatchWriter {
  const free: Buffer[] = [];
  let memory: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let rows = 0;

  /** Makes room for `size` more bytes. Memory has the size of a batch from the beginning. */
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
      makeRoom(json.reduce((sum, piece) => sum + piece.length, 1) * MAX_BYTES_PER_UNIT);
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
    recycle(batch) {
      free.push(Buffer.from(batch.buffer, 0, batch.buffer.byteLength));
    },
  };
}
