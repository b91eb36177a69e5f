import { ITEM_BYTES, openItemPages, PAGE_BYTES, PAGE_ITEMS, packItemHead, WORDS } from './item-pages.js';

/**
 * The known items of a job's source: for each an identity (12 bytes), a digest of its content (8 bytes), one of its
 * content without id and link (8 bytes), and the day on which it was last seen. Packed into 32 bytes per item, so that
 * a million of them are read, compared and replaced at once.
 */

/** Positions of the words of an item after its identity. */
const CONTENT = 3;
const BARE = 5;
const DAY = 7;
/** Part of the day of an item that no run has sent. */
const UNSENT = 0x80000000;
const IDENTITY_BYTES = 12;

/**
 * `duplicate`: this run has seen the same identity with the same content; `repeated`: with another content, which stays
 * the one that is remembered.
 */
export type ItemChange = 'created' | 'updated' | 'unchanged' | 'duplicate' | 'repeated';

export interface CompareOptions {
  /** Number of days since 1970. */
  readonly day: number;
  /** The digest by which a known item is also unchanged: of the values that were compared in earlier runs. */
  readonly former?: string | undefined;
}

export interface ContentDigests {
  readonly content: string;
  /** Of the content without id and link. */
  readonly bare: string;
}

/** Positions of items by their bare content. */
export type UnseenItems = ReadonlyMap<bigint, number[]>;

export interface TakenItem {
  readonly rowKey: string;
  readonly isSame: boolean;
  /** No run has sent the item. */
  readonly isUnsent: boolean;
}

/** The items known before a run, and those seen by it. */
export class ItemState {
  /** Items in the order in which they were first seen. */
  private readonly pages: Uint32Array[] = [];
  private count = 0;
  private removedCount = 0;
  /** Open addressing: position + 1 of an item, 0 if free. */
  private slots = new Uint32Array(1024);
  /** One mark per item: SEEN or EXCLUDED by this run, or neither. */
  private seen = new Uint8Array(1024);
  private seenKnown = 0;
  private excluded = 0;
  /** Position of the item compared last. */
  private last = 0;
  /** Number of items known before this run; they come first. */
  readonly known: number;
  /** The current item as words: one array for all calls, because there are millions of them. */
  private readonly words = new Uint32Array(WORDS);
  /** The first three words as bytes. */
  private readonly identity = Buffer.from(this.words.buffer, 0, IDENTITY_BYTES);

  private constructor(known: number) {
    this.known = known;
  }

  static empty(): ItemState {
    return new ItemState(0);
  }

  /** Takes over the memory of `parts`, the result of `pack`. Throws a RangeError for anything else. */
  static parse(parts: readonly Uint8Array[]): ItemState {
    if (parts.length === 0) return ItemState.empty();
    const { known, pages } = openItemPages(parts);
    const state = new ItemState(known);
    state.pages.push(...pages);
    state.reserve(known);
    while (state.count < known) state.index(state.count++);
    return state;
  }

  get size(): number {
    return this.count - this.removedCount;
  }

  /** Number of known items that this run has not seen. */
  get unseenKnown(): number {
    return this.known - this.seenKnown;
  }

  /**
   * Compares an item with the known ones and with this run so far, and remembers it. `rowKey` is its identity, 12
   * bytes in base64url; `content` is a digest of its values with one byte per character, of which the first 8 count.
   */
  compare(rowKey: string, content: string, { day, former }: CompareOptions): ItemChange {
    const words = this.toWords(rowKey, content, day);
    const at = this.find(words);
    if (at === -1) {
      this.append(words);
      this.last = this.count - 1;
      this.seen[this.last] = SEEN;
      return 'created';
    }
    const page = this.pageOf(at);
    const offset = (at % PAGE_ITEMS) * WORDS;
    const hasContent = (one: number, two: number) =>
      page[offset + CONTENT] === one && page[offset + CONTENT + 1] === two;
    const isEqual = hasContent(words[CONTENT]!, words[CONTENT + 1]!);
    if (this.seen[at] === SEEN) return isEqual ? 'duplicate' : 'repeated';
    const isSame = isEqual || (former !== undefined && hasContent(wordAt(former, 0), wordAt(former, 4)));
    this.markSeen(at);
    this.last = at;
    page[offset + CONTENT] = words[CONTENT]!;
    page[offset + CONTENT + 1] = words[CONTENT + 1]!;
    page[offset + DAY] = day | (page[offset + DAY]! & UNSENT);
    return isSame ? 'unchanged' : 'updated';
  }

  /** Whether the item compared last was not sent by the run that found it. */
  get isLastUnsent(): boolean {
    return this.isUnsentAt(this.last);
  }

  /** Remembers whether the item was sent. */
  setSent(rowKey: string, isSent: boolean): void {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    if (at === -1) return;
    const page = this.pageOf(at);
    const offset = (at % PAGE_ITEMS) * WORDS + DAY;
    page[offset] = isSent ? page[offset]! & ~UNSENT : page[offset]! | UNSENT;
  }

  /** Whether the item compared last needs its bare content: it is new or changed, or an older Inlet stored it. */
  needsBareContent(change: ItemChange): boolean {
    if (change === 'created' || change === 'updated') return true;
    const offset = (this.last % PAGE_ITEMS) * WORDS + BARE;
    const page = this.pageOf(this.last);
    return change === 'unchanged' && page[offset] === 0 && page[offset + 1] === 0;
  }

  /** Remembers the content without id and link of the item compared last: a digest like `content` of `compare`. */
  setBareContent(digest: string): void {
    const page = this.pageOf(this.last);
    const offset = (this.last % PAGE_ITEMS) * WORDS + BARE;
    page[offset] = wordAt(digest, 0);
    page[offset + 1] = wordAt(digest, 4);
  }

  /** Whether this run has seen the item. */
  hasSeen(rowKey: string): boolean {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    return at !== -1 && this.seen[at] === SEEN;
  }

  /** Marks an item as seen and keeps its known content. */
  keep(rowKey: string): void {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    if (at !== -1 && this.seen[at] !== SEEN) this.markSeen(at);
  }

  /**
   * Marks a known item that this run has not seen as in the source, although it is not imported: it is neither missing
   * nor compared. Returns whether there is such an item.
   */
  exclude(rowKey: string): boolean {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    if (at === -1 || at >= this.known || this.seen[at] !== 0) return false;
    this.seen[at] = EXCLUDED;
    this.excluded += 1;
    this.seenKnown += 1;
    return true;
  }

  /** Number of known items that this run has excluded and not seen otherwise. */
  get excludedKnown(): number {
    return this.excluded;
  }

  /** Row keys of the known items that this run has excluded, without those that were never sent. */
  *excludedKeys(): Generator<string> {
    for (let at = 0; at < this.known; at += 1)
      if (this.seen[at] === EXCLUDED && !this.isRemoved(at) && !this.isUnsentAt(at)) yield this.rowKeyAt(at);
  }

  /** Forgets the known items that this run has excluded, and returns the row keys of those that were sent. */
  *dropExcluded(): Generator<string> {
    for (let at = 0; at < this.known; at += 1) {
      if (this.seen[at] !== EXCLUDED || this.isRemoved(at)) continue;
      const rowKey = this.rowKeyAt(at);
      const isUnsent = this.isUnsentAt(at);
      this.removeAt(at);
      if (!isUnsent) yield rowKey;
    }
  }

  /** Forgets an item, so that it counts as new next time. */
  forget(rowKey: string): void {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    if (at !== -1) this.removeAt(at);
  }

  /** Forgets the content of an item, so that it counts as changed next time. Adds an unknown item. */
  forgetContent(rowKey: string, day: number): void {
    const words = this.toWords(rowKey, NO_CONTENT, day);
    const at = this.find(words);
    if (at === -1) {
      this.append(words);
      return;
    }
    const page = this.pageOf(at);
    const offset = (at % PAGE_ITEMS) * WORDS;
    page[offset + CONTENT] = 0;
    page[offset + CONTENT + 1] = 0;
  }

  /** Gives an item its former key again, without its content, so that it counts as changed next time. */
  restoreKey(rowKey: string, { formerKey, day }: { formerKey: string; day: number }): void {
    const at = this.find(this.toWords(rowKey, NO_CONTENT, 0));
    this.forgetContent(formerKey, day);
    if (at === -1) return;
    const restored = this.find(this.toWords(formerKey, NO_CONTENT, 0));
    const from = bareOffset(at);
    this.pageOf(restored).set(this.pageOf(at).subarray(from, from + 2), bareOffset(restored));
    this.removeAt(at);
  }

  /** Adds an item as `other` knows it, with its content and day; does nothing if it is known here, or not there. */
  copyFrom(other: ItemState, rowKey: string): void {
    const from = other.find(other.toWords(rowKey, NO_CONTENT, 0));
    if (from === -1 || this.find(this.toWords(rowKey, NO_CONTENT, 0)) !== -1) return;
    const start = (from % PAGE_ITEMS) * WORDS;
    this.append(other.pageOf(from).subarray(start, start + WORDS));
  }

  /** Row keys of the known items that this run has not seen, without those that were never sent. */
  *unseen(): Generator<string> {
    for (let at = 0; at < this.known; at += 1)
      if (this.seen[at] === 0 && !this.isRemoved(at) && !this.isUnsentAt(at)) yield this.rowKeyAt(at);
  }

  /** Number of items that this run saw first. */
  get created(): number {
    return this.count - this.known;
  }

  /** Bare contents, as sortable numbers, of the known items that this run has not seen or of those it saw first. */
  bareContents(of: 'unseen' | 'created'): BigUint64Array {
    const [from, to] = of === 'unseen' ? [0, this.known] : [this.known, this.count];
    const contents = new BigUint64Array(to - from);
    let count = 0;
    for (let at = from; at < to; at += 1) {
      const isWanted = of === 'created' || this.seen[at] === 0;
      if (!isWanted || this.isRemoved(at)) continue;
      const content = this.bareContentAt(at);
      if (content !== 0n) contents[count++] = content;
    }
    return contents.subarray(0, count);
  }

  /** The known items that this run has not seen by their bare content, so that items with a new identity find them. */
  indexByBareContent(): UnseenItems {
    const unseen = new Map<bigint, number[]>();
    // From the end, because positions are taken from the end.
    for (let at = this.known - 1; at >= 0; at -= 1) {
      const content = this.bareContentAt(at);
      if (this.seen[at] !== 0 || content === 0n) continue;
      const positions = unseen.get(content);
      if (positions) positions.push(at);
      else unseen.set(content, [at]);
    }
    return unseen;
  }

  /**
   * Forgets the first unseen item with the bare content of the item compared last, and returns its row key and whether
   * the whole content is the same; null if there is none. `former` replaces the digests of the item compared last if
   * other values were compared in earlier runs.
   */
  takeOver(unseen: UnseenItems, former?: ContentDigests): TakenItem | null {
    const bare = former ? numberOf(former.bare) : this.bareContentAt(this.last);
    const content = former ? numberOf(former.content) : this.contentAt(this.last);
    const positions = unseen.get(bare) ?? [];
    let at = positions.pop();
    while (at !== undefined && this.seen[at] !== 0) at = positions.pop();
    if (at === undefined) return null;
    const rowKey = this.rowKeyAt(at);
    const isSame = this.contentAt(at) === content;
    const isUnsent = this.isUnsentAt(at);
    this.markSeen(at);
    this.removeAt(at);
    return { rowKey, isSame, isUnsent };
  }

  /** Forgets the known items that this run has not seen and that were last seen before `day`. */
  dropUnseen(day: number): void {
    for (let at = 0; at < this.known; at += 1) {
      if (this.seen[at] !== 0 || this.isRemoved(at)) continue;
      if ((this.pageOf(at)[(at % PAGE_ITEMS) * WORDS + DAY]! & ~UNSENT) < day) this.removeAt(at);
    }
  }

  /**
   * Packs the remaining items into parts of at most 512 KB. Hands over the memory of this state, because there may be
   * millions of items; the state cannot be used afterwards.
   */
  pack(): Buffer[] {
    const { size } = this;
    this.slots = new Uint32Array(0);
    if (this.removedCount > 0) this.closeGaps();
    const head = packItemHead(size);
    const pages = this.pages.splice(0).slice(0, Math.ceil(size / PAGE_ITEMS));
    const bytesOf = (page: number) => Math.min(PAGE_BYTES, size * ITEM_BYTES - page * PAGE_BYTES);
    return [head, ...pages.map(({ buffer }, page) => Buffer.from(buffer, 0, bytesOf(page)))];
  }

  /** Moves items into the gaps of removed ones. */
  private closeGaps(): void {
    let to = 0;
    for (let at = 0; at < this.count; at += 1) {
      if (this.isRemoved(at)) continue;
      const start = (at % PAGE_ITEMS) * WORDS;
      if (to !== at)
        this.pageOf(to).set(this.pageOf(at).subarray(start, start + WORDS), (to % PAGE_ITEMS) * WORDS);
      to += 1;
    }
  }

  private find(words: Uint32Array): number {
    const mask = this.slots.length - 1;
    for (let slot = words[0]! & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot]!;
      if (entry === 0) return -1;
      const at = entry - 1;
      const page = this.pageOf(at);
      const offset = (at % PAGE_ITEMS) * WORDS;
      const isSame =
        page[offset] === words[0] && page[offset + 1] === words[1] && page[offset + 2] === words[2];
      if (isSame && !this.isRemoved(at)) return at;
    }
  }

  private append(words: Uint32Array): void {
    this.reserve(this.count + 1);
    const at = this.count;
    if (at % PAGE_ITEMS === 0) this.pages.push(new Uint32Array(PAGE_ITEMS * WORDS));
    this.pageOf(at).set(words, (at % PAGE_ITEMS) * WORDS);
    this.count += 1;
    this.index(at);
  }

  private index(at: number): void {
    const mask = this.slots.length - 1;
    let slot = this.pageOf(at)[(at % PAGE_ITEMS) * WORDS]! & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = at + 1;
  }

  private reserve(items: number): void {
    if (items > this.seen.length) {
      const seen = new Uint8Array(powerOfTwo(items));
      seen.set(this.seen);
      this.seen = seen;
    }
    if (items * 4 <= this.slots.length * 3) return;
    this.slots = new Uint32Array(powerOfTwo(Math.ceil((items * 4) / 3) + 1));
    for (let at = 0; at < this.count; at += 1) this.index(at);
  }

  private pageOf(at: number): Uint32Array {
    return this.pages[Math.floor(at / PAGE_ITEMS)]!;
  }

  private markSeen(at: number): void {
    if (at < this.known && this.seen[at] === 0) this.seenKnown += 1;
    if (this.seen[at] === EXCLUDED) this.excluded -= 1;
    this.seen[at] = SEEN;
  }

  /** A removed item stays in the index, with all bits of its day set. */
  private isRemoved(at: number): boolean {
    return this.pageOf(at)[(at % PAGE_ITEMS) * WORDS + DAY] === REMOVED;
  }

  private isUnsentAt(at: number): boolean {
    return (this.pageOf(at)[(at % PAGE_ITEMS) * WORDS + DAY]! & UNSENT) !== 0 && !this.isRemoved(at);
  }

  private removeAt(at: number): void {
    this.pageOf(at)[(at % PAGE_ITEMS) * WORDS + DAY] = REMOVED;
    this.removedCount += 1;
  }

  private toWords(rowKey: string, content: string, day: number): Uint32Array {
    const { words } = this;
    if (this.identity.write(rowKey, 0, 'base64url') !== IDENTITY_BYTES)
      throw new RangeError('this is no row key');
    words[CONTENT] = wordAt(content, 0);
    words[CONTENT + 1] = wordAt(content, 4);
    words[BARE] = 0;
    words[BARE + 1] = 0;
    words[DAY] = day;
    return words;
  }

  private contentAt(at: number): bigint {
    return this.numberAt(at, CONTENT);
  }

  private bareContentAt(at: number): bigint {
    return this.numberAt(at, BARE);
  }

  private numberAt(at: number, word: number): bigint {
    const page = this.pageOf(at);
    const offset = (at % PAGE_ITEMS) * WORDS + word;
    return (BigInt(page[offset]!) << 32n) | BigInt(page[offset + 1]!);
  }

  private rowKeyAt(at: number): string {
    const page = this.pageOf(at);
    const start = page.byteOffset + (at % PAGE_ITEMS) * WORDS * 4;
    return Buffer.from(page.buffer, start, IDENTITY_BYTES).toString('base64url');
  }
}

const REMOVED = 0xffff_ffff;
const SEEN = 1;
const EXCLUDED = 2;
const NO_CONTENT = '\u0000'.repeat(8);

/** Position of the bare content of an item in its page. */
const bareOffset = (at: number): number => (at % PAGE_ITEMS) * WORDS + BARE;

const wordAt = (text: string, at: number): number =>
  (text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)) >>>
  0;

/** The first 8 bytes of a digest, as the words of an item hold them. */
const numberOf = (digest: string): bigint => (BigInt(wordAt(digest, 0)) << 32n) | BigInt(wordAt(digest, 4));

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(least, 1024)));
