import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { RichText } from './rich-text.js';
import { type MarkupHandler, MarkupScanner } from './scan-markup.js';

/** Texts that cells refer to by number. Large tables are in a file without a name, not in memory. */
export interface SharedStrings {
  readonly size: number;
  /** undefined for a number that the table lacks. */
  get(index: number): string | undefined;
  /** Reads the table up to a number, if it is not read at once. */
  load?(index: number): Promise<void>;
  close(): void;
}

export const NO_STRINGS: SharedStrings = { size: 0, get: () => undefined, close: () => {} };

export interface SharedStringOptions {
  /** Where a large table is written. */
  readonly spillDirectory: string;
  /** Bytes of text that may be in memory. */
  readonly mostBytesInMemory: number;
}

/**
 * The part `sharedStrings.xml`, read as far as cells need it: the first rows usually refer to the first texts, so they
 * can be shown long before a large table is read.
 */
export class LazySharedStrings implements SharedStrings {
  private readonly chunks: AsyncGenerator<Buffer>;
  private readonly texts: PackedTexts;
  private readonly scanner: MarkupScanner;
  private isRead = false;
  private loading = Promise.resolve();

  constructor(chunks: AsyncGenerator<Buffer>, options: SharedStringOptions) {
    this.chunks = chunks;
    this.texts = new PackedTexts(options);
    this.scanner = new MarkupScanner(new StringItems((text) => this.texts.add(text)));
  }

  get size(): number {
    return this.texts.size;
  }

  get(index: number): string | undefined {
    return this.texts.get(index);
  }

  load(index: number): Promise<void> {
    this.loading = this.loading.then(() => this.readUntil(index));
    return this.loading;
  }

  close(): void {
    this.isRead = true;
    this.texts.close();
    void this.chunks.return(undefined);
  }

  private async readUntil(index: number): Promise<void> {
    while (!this.isRead && index >= this.texts.size) {
      const next = await this.chunks.next();
      if (this.isRead) return;
      if (next.done === true) {
        this.isRead = true;
        this.scanner.end();
      } else this.scanner.push(next.value);
    }
  }
}

class StringItems implements MarkupHandler {
  private readonly rich = new RichText();
  private readonly add: (text: string) => void;

  constructor(add: (text: string) => void) {
    this.add = add;
  }

  get wantsText(): boolean {
    return this.rich.wantsText;
  }

  open(name: string): void {
    if (name === 'si') this.rich.start();
    else this.rich.open(name);
  }

  close(name: string): void {
    if (name === 'si') this.add(this.rich.take());
    else this.rich.close(name);
  }

  text(text: string): void {
    this.rich.add(text);
  }
}

const BLOCK_BYTES = 262_144;
const CACHED_TEXTS = 8192;
const CACHED_BLOCKS = 64;

/** UTF-8 of all texts, one behind the other, in blocks. A text may begin in one block and end in a later one. */
export class PackedTexts implements SharedStrings {
  private readonly options: SharedStringOptions;
  private readonly blocks: Buffer[] = [];
  private block = Buffer.allocUnsafe(BLOCK_BYTES);
  private filled = 0;
  private written = 0;
  /** Where each text ends. */
  private ends = new Float64Array(1024);
  private count = 0;
  private spilled: SpilledBlocks | undefined;
  private readonly cachedTexts: string[] = new Array<string>(CACHED_TEXTS).fill('');
  private readonly cachedIndexes = new Int32Array(CACHED_TEXTS).fill(-1);

  constructor(options: SharedStringOptions) {
    this.options = options;
  }

  get size(): number {
    return this.count;
  }

  add(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.copy(this.block, this.filled, at);
      at += part;
      this.filled += part;
      if (this.filled === BLOCK_BYTES) this.closeBlock();
    }
    this.written += bytes.length;
    if (this.count === this.ends.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.ends[this.count] = this.written;
    this.count += 1;
  }

  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const place = index % CACHED_TEXTS;
    if (this.cachedIndexes[place] === index) return this.cachedTexts[place];
    const text = this.read(index === 0 ? 0 : this.ends[index - 1]!, this.ends[index]!);
    this.cachedIndexes[place] = index;
    this.cachedTexts[place] = text;
    return text;
  }

  close(): void {
    this.spilled?.close();
  }

  private closeBlock(): void {
    this.filled = 0;
    if (
      this.spilled === undefined &&
      (this.blocks.length + 1) * BLOCK_BYTES > this.options.mostBytesInMemory
    ) {
      this.spilled = new SpilledBlocks(this.options.spillDirectory);
      for (const block of this.blocks) this.spilled.add(block);
      this.blocks.length = 0;
    }
    if (this.spilled === undefined) {
      this.blocks.push(this.block);
      this.block = Buffer.allocUnsafe(BLOCK_BYTES);
    } else this.spilled.add(this.block);
  }

  private read(start: number, end: number): string {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor(end / BLOCK_BYTES);
    if (first === last) {
      const from = first * BLOCK_BYTES;
      return this.blockAt(first).toString('utf8', start - from, end - from);
    }
    const parts: Buffer[] = [];
    for (let at = first; at <= last; at += 1) {
      const from = at * BLOCK_BYTES;
      const to = Math.min(BLOCK_BYTES, end - from);
      if (to > 0) parts.push(Buffer.from(this.blockAt(at).subarray(Math.max(0, start - from), to)));
    }
    return Buffer.concat(parts).toString();
  }

  private blockAt(index: number): Buffer {
    const closed = this.spilled?.count ?? this.blocks.length;
    if (index >= closed) return this.block;
    return this.spilled?.get(index) ?? this.blocks[index]!;
  }
}

/** Blocks in a file that has no name any more, so that nothing is left behind. */
class SpilledBlocks {
  private readonly file: number;
  private readonly cached = new Map<number, Buffer>();
  count = 0;

  constructor(directory: string) {
    const folder = mkdtempSync(join(directory, 'inlet-strings-'));
    try {
      this.file = openSync(join(folder, 'strings'), 'w+', 0o600);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  add(block: Buffer): void {
    let at = 0;
    while (at < BLOCK_BYTES)
      at += writeSync(this.file, block, at, BLOCK_BYTES - at, this.count * BLOCK_BYTES + at);
    this.count += 1;
  }

  get(index: number): Buffer {
    const known = this.cached.get(index);
    if (known !== undefined) return known;
    const block = this.cached.size < CACHED_BLOCKS ? Buffer.allocUnsafe(BLOCK_BYTES) : this.evict();
    let at = 0;
    while (at < BLOCK_BYTES) {
      const read = readSync(this.file, block, at, BLOCK_BYTES - at, index * BLOCK_BYTES + at);
      if (read === 0) throw new RangeError('the file of the texts is shorter than written');
      at += read;
    }
    this.cached.set(index, block);
    return block;
  }

  close(): void {
    closeSync(this.file);
  }

  private evict(): Buffer {
    const [oldest, block] = this.cached.entries().next().value!;
    this.cached.delete(oldest);
    return block;
  }
}
