import type { TextHash } from '@inlet/pipeline';

const NONE = -1;
const GONE = -2;
const FULL = 0.6;
const LEAST_CAPACITY = 1024;

/** Rows whose state as duplicates has changed: to be told apart from the first row with their value. */
export interface DuplicateChange {
  readonly row: number;
  readonly isDuplicate: boolean;
}

/**
 * The rows of each value, of which only the first in the order of the sheet is no duplicate. Keeps hashes of 64 bits
 * instead of values: the chance of one false match among a million is about 1 in 37 million. A table of the first rows
 * (open addressing) leads to the row, and links lead from row to row of one value, so that a change costs the same in a
 * large sheet.
 */
export class UniqueIndex {
  /** Whether a row stands before another one in the sheet. */
  private readonly isBefore: (row: number, other: number) => boolean;
  private low: Uint32Array<ArrayBuffer>;
  private high: Uint32Array<ArrayBuffer>;
  /** The following row of the same value, NONE at the end; GONE for a row without a value. */
  private next: Int32Array;
  /** The preceding row of the same value; of the first row, the last one. */
  private previous: Int32Array;
  private table: Int32Array;
  private used = 0;
  /** Where to look first for the place of the next row: rows are mostly added in order. */
  private lastAdded = NONE;

  constructor(rows: number, isBefore: (row: number, other: number) => boolean) {
    this.isBefore = isBefore;
    // Most values of such columns occur once.
    this.table = new Int32Array(capacityFor(rows)).fill(NONE);
    this.low = new Uint32Array(rows);
    this.high = new Uint32Array(rows);
    this.next = new Int32Array(rows).fill(GONE);
    this.previous = new Int32Array(rows).fill(NONE);
  }

  /** Makes room for rows up to a number. */
  grow(rows: number): void {
    if (rows <= this.next.length) return;
    const size = Math.max(rows, Math.ceil(this.next.length * 1.25));
    const next = new Int32Array(size).fill(GONE);
    next.set(this.next);
    this.next = next;
    this.low = resized(this.low, size);
    this.high = resized(this.high, size);
    const previous = new Int32Array(size).fill(NONE);
    previous.set(this.previous);
    this.previous = previous;
  }

  /** The first row with the value of a row: itself unless it is a duplicate. */
  firstOf(row: number): number {
    const head = this.table[this.findPlace(this.low[row]!, this.high[row]!)]!;
    return head >= 0 ? head : row;
  }

  /** Adds a row that has no value yet. Returns the row whose state changes. */
  add(row: number, { low, high }: TextHash): DuplicateChange | undefined {
    this.low[row] = low;
    this.high[row] = high;
    const place = this.findPlace(low, high);
    const head = this.table[place]!;
    if (head < 0) {
      if (head === NONE) this.used += 1;
      this.table[place] = row;
      this.next[row] = NONE;
      this.previous[row] = row;
      if (this.used > this.table.length * FULL) this.rebuild();
      return undefined;
    }
    const last = this.previous[head]!;
    if (this.isBefore(row, head)) {
      this.table[place] = row;
      this.next[row] = head;
      this.previous[row] = last;
      this.previous[head] = row;
      return { row: head, isDuplicate: true };
    }
    const before = this.findBefore(row, last);
    const after = this.next[before]!;
    this.next[before] = row;
    this.next[row] = after;
    this.previous[row] = before;
    this.previous[after === NONE ? head : after] = row;
    this.lastAdded = row;
    return { row, isDuplicate: true };
  }

  /** The row of the same value behind which a row belongs, which is not before the first one. */
  private findBefore(row: number, last: number): number {
    let before = last;
    if (!this.isBefore(row, before)) return before;
    const hint = this.lastAdded;
    const isUsable =
      hint >= 0 &&
      this.next[hint] !== GONE &&
      this.low[hint] === this.low[row] &&
      this.high[hint] === this.high[row] &&
      this.isBefore(hint, row);
    if (!isUsable) {
      while (this.isBefore(row, before)) before = this.previous[before]!;
      return before;
    }
    before = hint;
    for (let after = this.next[before]!; after >= 0 && this.isBefore(after, row); after = this.next[before]!)
      before = after;
    return before;
  }

  /** Takes the value of a row away. Returns the row that is no longer a duplicate, if the first one went. */
  delete(row: number): DuplicateChange | undefined {
    const after = this.next[row]!;
    if (after === GONE) return undefined;
    const place = this.findPlace(this.low[row]!, this.high[row]!);
    const head = this.table[place]!;
    const before = this.previous[row]!;
    this.next[row] = GONE;
    if (head !== row) {
      this.next[before] = after;
      this.previous[after === NONE ? head : after] = before;
      return undefined;
    }
    if (after === NONE) {
      this.table[place] = GONE;
      return undefined;
    }
    this.table[place] = after;
    this.previous[after] = before;
    return { row: after, isDuplicate: false };
  }

  /** The place of the value, or else the place where it can be added. */
  private findPlace(low: number, high: number): number {
    const { table } = this;
    let free = NONE;
    for (let place = low & (table.length - 1); ; place = (place + 1) & (table.length - 1)) {
      const head = table[place]!;
      if (head === NONE) return free === NONE ? place : free;
      if (head === GONE) {
        if (free === NONE) free = place;
      } else if (this.low[head] === low && this.high[head] === high) return place;
    }
  }

  private rebuild(): void {
    const old = this.table;
    const values = old.reduce((count, head) => count + (head >= 0 ? 1 : 0), 0);
    this.table = new Int32Array(capacityFor(values * 2)).fill(NONE);
    this.used = values;
    for (const head of old)
      if (head >= 0) this.table[this.findPlace(this.low[head]!, this.high[head]!)] = head;
  }
}

/** A power of two. */
function capacityFor(values: number): number {
  let capacity = LEAST_CAPACITY;
  while (capacity * FULL < values) capacity *= 2;
  return capacity;
}

function resized(values: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size);
  larger.set(values);
  return larger;
}
