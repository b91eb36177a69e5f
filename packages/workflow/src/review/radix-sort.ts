/** Room for texts, as a power of two. */
const CHUNK_BITS = 22;
const CHUNK_BYTES = 1 << CHUNK_BITS;
/** At most 255 bytes. */
const MOST_CHARACTERS = 85;

/** Lets other work run from time to time; the sort of a million rows takes a second. */
export type EndTurn = () => Promise<void>;

const DIGITS = 65_536;
/** Shorter runs are sorted by comparison. */
const SHORT_RUN = 20_000;
/** Characters of a text that one pass over the rows compares. */
const PASS_BYTES = 8;

/** Sorts rows by number, in place; equal ones keep their order. `numberOf[row]` must not be NaN. */
export async function sortByNumber(
  rows: Uint32Array<ArrayBuffer>,
  numbers: Float64Array<ArrayBuffer>,
  endTurn: EndTurn,
): Promise<void> {
  // The bits of numbers have the order of the numbers once those of negative ones are flipped.
  const halves = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  const low = new Uint32Array(numbers.length);
  const high = new Uint32Array(numbers.length);
  for (let row = 0; row < numbers.length; row += 1) {
    // -0 is 0.
    const isZero = numbers[row] === 0;
    const upper = isZero ? 0 : halves[2 * row + 1]!;
    const lower = isZero ? 0 : halves[2 * row]!;
    const isNegative = upper >>> 31 === 1;
    low[row] = isNegative ? ~lower : lower;
    high[row] = isNegative ? ~upper : upper | 0x80000000;
  }
  await sortByKeys(rows, { low, high, endTurn });
}

interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly endTurn: EndTurn;
}

/** The lowest digits first, of 16 bits each. */
async function sortByKeys(rows: Uint32Array, { low, high, endTurn }: Keys): Promise<void> {
  let from = rows;
  let to = new Uint32Array(rows.length);
  for (const [keys, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    const starts = new Uint32Array(DIGITS + 1);
    for (let at = 0; at < from.length; at += 1) {
      const digit = ((keys[from[at]!]! >>> shift) & (DIGITS - 1)) + 1;
      starts[digit] = starts[digit]! + 1;
    }
    for (let digit = 0; digit < DIGITS; digit += 1) starts[digit + 1] = starts[digit + 1]! + starts[digit]!;
    for (let at = 0; at < from.length; at += 1) {
      const row = from[at]!;
      const digit = (keys[row]! >>> shift) & (DIGITS - 1);
      const place = starts[digit]!;
      starts[digit] = place + 1;
      to[place] = row;
    }
    [from, to] = [to, from as Uint32Array<ArrayBuffer>];
    await endTurn();
  }
}

/** A text of each row, as bytes that are compared one by one. Longer texts are cut. */
export class PackedTexts {
  /** One large array would be copied each time it grows. */
  private readonly chunks: Buffer[] = [];
  private used = CHUNK_BYTES;
  private readonly starts: Uint32Array;
  private readonly sizes: Uint8Array;

  constructor(rows: number) {
    this.starts = new Uint32Array(rows);
    this.sizes = new Uint8Array(rows);
  }

  set(row: number, text: string): void {
    const cut = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text;
    if (this.used + cut.length * 3 > CHUNK_BYTES) {
      this.chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.used = 0;
    }
    const size = this.chunks.at(-1)!.write(cut, this.used);
    this.starts[row] = (this.chunks.length - 1) * CHUNK_BYTES + this.used;
    this.sizes[row] = size;
    this.used += size;
  }

  /** Four bytes from a place on; bytes behind the end count as 0. */
  wordAt(row: number, at: number): number {
    const place = this.starts[row]!;
    const bytes = this.chunks[place >>> CHUNK_BITS]!;
    const start = (place & (CHUNK_BYTES - 1)) + at;
    const rest = this.sizes[row]! - at;
    if (rest >= 4) return bytes.readUInt32BE(start);
    let word = 0;
    for (let index = 0; index < rest; index += 1) word |= bytes[start + index]! << (24 - 8 * index);
    return word >>> 0;
  }

  readonly compare = (row: number, other: number): number => {
    const [place, otherPlace] = [this.starts[row]!, this.starts[other]!];
    const [bytes, otherBytes] = [this.chunks[place >>> CHUNK_BITS]!, this.chunks[otherPlace >>> CHUNK_BITS]!];
    const [start, otherStart] = [place & (CHUNK_BYTES - 1), otherPlace & (CHUNK_BYTES - 1)];
    const [size, otherSize] = [this.sizes[row]!, this.sizes[other]!];
    const shorter = Math.min(size, otherSize);
    for (let at = 0; at < shorter; at += 1) {
      const difference = bytes[start + at]! - otherBytes[otherStart + at]!;
      if (difference !== 0) return difference;
    }
    return size - otherSize;
  };

  sizeOf(row: number): number {
    return this.sizes[row]!;
  }
}

/** Sorts rows by their texts, in place; equal ones keep their order. */
export async function sortByText(
  rows: Uint32Array<ArrayBuffer>,
  texts: PackedTexts,
  endTurn: EndTurn,
): Promise<void> {
  const size = rows.reduce((most, row) => Math.max(most, row + 1), 0);
  const keys = { low: new Uint32Array(size), high: new Uint32Array(size), endTurn };
  const places = new Uint32Array(size);
  rows.forEach((row, place) => {
    places[row] = place;
  });
  const compare = (row: number, other: number) => texts.compare(row, other) || places[row]! - places[other]!;

  const sortRun = async (run: Uint32Array<ArrayBuffer>, at: number): Promise<void> => {
    if (run.length < SHORT_RUN) {
      run.sort(compare);
      return endTurn();
    }
    for (const row of run) {
      keys.high[row] = texts.wordAt(row, at);
      keys.low[row] = texts.wordAt(row, at + 4);
    }
    await sortByKeys(run, keys);
    for (let start = 0; start < run.length; ) {
      const first = run[start]!;
      let end = start + 1;
      let longest = texts.sizeOf(first);
      for (; end < run.length && isSameKey(keys, first, run[end]!); end += 1)
        longest = Math.max(longest, texts.sizeOf(run[end]!));
      // Texts that all end here are equal.
      if (end - start > 1 && longest > at + PASS_BYTES)
        await sortRun(run.subarray(start, end), at + PASS_BYTES);
      start = end;
    }
  };
  await sortRun(rows, 0);
}

const isSameKey = ({ low, high }: Keys, row: number, other: number): boolean =>
  low[row] === low[other] && high[row] === high[other];
