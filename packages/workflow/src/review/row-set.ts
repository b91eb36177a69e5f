const CHUNK_BITS = 13;
const CHUNK_ROWS = 1 << CHUNK_BITS;

/** A set of row numbers as packed bits, without memory for parts of the sheet that have none of them. */
export class RowSet {
  size = 0;
  private readonly chunks: (Uint8Array | undefined)[] = [];

  has(row: number): boolean {
    const chunk = this.chunks[row >>> CHUNK_BITS];
    return chunk !== undefined && ((chunk[(row & (CHUNK_ROWS - 1)) >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** Whether the row was not in the set. */
  add(row: number): boolean {
    const place = row >>> CHUNK_BITS;
    let chunk = this.chunks[place];
    if (chunk === undefined) {
      chunk = new Uint8Array(CHUNK_ROWS / 8);
      while (this.chunks.length <= place) this.chunks.push(undefined);
      this.chunks[place] = chunk;
    }
    const at = (row & (CHUNK_ROWS - 1)) >>> 3;
    const bits = chunk[at] ?? 0;
    const bit = 1 << (row & 7);
    if ((bits & bit) !== 0) return false;
    chunk[at] = bits | bit;
    this.size += 1;
    return true;
  }

  /** Whether the row was in the set. */
  delete(row: number): boolean {
    if (!this.has(row)) return false;
    const chunk = this.chunks[row >>> CHUNK_BITS]!;
    const at = (row & (CHUNK_ROWS - 1)) >>> 3;
    chunk[at] = (chunk[at] ?? 0) & ~(1 << (row & 7));
    this.size -= 1;
    return true;
  }

  /** The lowest numbers of the set. */
  first(count: number): number[] {
    const found: number[] = [];
    for (let place = 0; place < this.chunks.length && found.length < count; place += 1) {
      if (this.chunks[place] === undefined) continue;
      const start = place * CHUNK_ROWS;
      for (let row = start; row < start + CHUNK_ROWS && found.length < count; row += 1)
        if (this.has(row)) found.push(row);
    }
    return found;
  }
}
