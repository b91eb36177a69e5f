/** Remembers the first record of each key. */
export interface FirstRecords {
  /** Adds a record. Returns the first one with the same key; undefined if this is the first. */
  add(key: string, record: number): number | undefined;
  /** The same for a key of which only the hash is known. */
  addHash(hash: TextHash, record: number): number | undefined;
}

/** 64 bits of a text, as two unsigned numbers. */
export interface TextHash {
  readonly low: number;
  readonly high: number;
}

const SLOT = 3;
const LONGEST_PROBE = 64;
const FULL = 0.7;
const LEAST_CAPACITY = 1024;

/**
 * An open-addressing table of 64-bit hashes: 12 bytes per slot, at most 70 % full, so that a million keys take 25 MB
 * whatever their length. The chance of one false match among a million keys is about 1 in 37 million. Keys that crowd
 * one part of the table (which takes intent) go to a Map, so a look-up stays short. A table for the expected number of
 * keys need not grow.
 */
export function createFirstRecords(expected = 0): FirstRecords {
  let capacity = LEAST_CAPACITY;
  while (capacity * FULL < expected) capacity *= 2;
  let table = new Uint32Array(capacity * SLOT);
  let used = 0;
  const crowded = new Map<string, number>();

  /** Returns the slot of the key, a free slot, or -1. Record numbers begin at 1, so 0 marks a free slot. */
  const findSlot = (low: number, high: number): number => {
    let slot = low & (capacity - 1);
    for (let step = 0; step < LONGEST_PROBE; step++) {
      const at = slot * SLOT;
      if (table[at + 2] === 0 || (table[at] === low && table[at + 1] === high)) return at;
      slot = (slot + 1) & (capacity - 1);
    }
    return -1;
  };

  const keep = (low: number, high: number, record: number): void => {
    const at = findSlot(low, high);
    if (at < 0) {
      crowded.set(`${low}:${high}`, record);
      return;
    }
    table[at] = low;
    table[at + 1] = high;
    table[at + 2] = record;
    used++;
  };

  const grow = (): void => {
    const old = table;
    capacity *= 2;
    table = new Uint32Array(capacity * SLOT);
    used = 0;
    for (let at = 0; at < old.length; at += SLOT) {
      const record = old[at + 2] ?? 0;
      if (record !== 0) keep(old[at] ?? 0, old[at + 1] ?? 0, record);
    }
  };

  const firsts: FirstRecords = {
    add: (key, record) => firsts.addHash(hashText(key), record),
    addHash({ low, high }, record) {
      if (crowded.size > 0) {
        const first = crowded.get(`${low}:${high}`);
        if (first !== undefined) return first;
      }
      const at = findSlot(low, high);
      const known = at < 0 ? 0 : (table[at + 2] ?? 0);
      if (known !== 0) return known;
      if (used >= capacity * FULL) grow();
      keep(low, high, record);
      return undefined;
    },
  };
  return firsts;
}

/** cyrb53 by bryc (public domain) with 64 bits: two multiplicative lanes, mixed as in MurmurHash3. */
export function hashText(key: string): TextHash {
  let low = 0xdeadbeef ^ key.length;
  let high = 0x41c6ce57 ^ key.length;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    low = Math.imul(low ^ code, 2654435761);
    high = Math.imul(high ^ code, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return { low: low >>> 0, high: high >>> 0 };
}
