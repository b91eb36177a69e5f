import { damaged } from '../xlsx/open-package.js';

const END_OF_CHAIN = 0xffff_fffa;
const NO_ENTRY = 0xffff_ffff;
const ENTRY_BYTES = 128;
const HEADER_SECTORS = 109;
const STREAM = 2;

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

/** The streams at the top of a compound file ([MS-CFB]), in which old Office documents are. */
export interface CompoundFile {
  readonly names: readonly string[];
  /** undefined for a stream that the file lacks. */
  open(name: string): Buffer | undefined;
}

/** Throws `source_malformed` for a damaged file. */
export function openCompoundFile(bytes: Buffer): CompoundFile {
  try {
    const sectors = new Sectors(bytes);
    const entries = readEntries(sectors.read(bytes.readUInt32LE(48)));
    const [root] = entries;
    if (root === undefined) throw damaged('it has no directory');
    const streams = new Map(childrenOf(entries, root).map((entry) => [entry.name, entry]));
    const small = new SmallSectors(sectors, root);
    return {
      names: [...streams.keys()],
      open: (name) => {
        const entry = streams.get(name);
        if (entry === undefined || entry.type !== STREAM) return undefined;
        const content = entry.size < bytes.readUInt32LE(56) ? small.read(entry) : sectors.read(entry.start);
        if (content.length < entry.size) throw damaged('a stream in it is cut off');
        return content.subarray(0, entry.size);
      },
    };
  } catch (error) {
    throw error instanceof RangeError ? damaged('it is cut off', error) : error;
  }
}

class Sectors {
  readonly bytes: Buffer;
  private readonly shift: number;
  private readonly next: Uint32Array;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.shift = bytes.readUInt16LE(30);
    if (this.shift !== 9 && this.shift !== 12) throw damaged('its sectors have an unknown size');
    const perSector = 2 ** (this.shift - 2);
    const tables = this.listTables();
    this.next = new Uint32Array(tables.length * perSector);
    tables.forEach((sector, index) => {
      const table = this.sector(sector);
      for (let at = 0; at < perSector; at += 1)
        this.next[index * perSector + at] = table.readUInt32LE(4 * at);
    });
  }

  /** The content of a chain of sectors, perhaps with some bytes too many. */
  read(start: number): Buffer {
    const parts: Buffer[] = [];
    for (let sector = start; sector < END_OF_CHAIN; sector = this.next[sector] ?? NO_ENTRY) {
      if (parts.length > this.next.length) throw damaged('its sectors form a circle');
      parts.push(this.sector(sector));
    }
    return Buffer.concat(parts);
  }

  private sector(index: number): Buffer {
    const start = (index + 1) * 2 ** this.shift;
    if (start >= this.bytes.length) throw damaged('it is cut off');
    return this.bytes.subarray(start, start + 2 ** this.shift);
  }

  /** The sectors of the allocation table: the first in the header, others in a chain. */
  private listTables(): number[] {
    const { bytes } = this;
    const count = Math.min(bytes.readUInt32LE(44), bytes.length >> this.shift);
    const tables: number[] = [];
    for (let at = 0; at < Math.min(count, HEADER_SECTORS); at += 1)
      tables.push(bytes.readUInt32LE(76 + 4 * at));
    const last = 2 ** this.shift - 4;
    for (let sector = bytes.readUInt32LE(68); sector < END_OF_CHAIN && tables.length < count; ) {
      const more = this.sector(sector);
      for (let at = 0; at < last && tables.length < count; at += 4) tables.push(more.readUInt32LE(at));
      sector = more.readUInt32LE(last);
    }
    return tables;
  }
}

/** Small streams are in sectors of 64 bytes, which are in a stream of the root. */
class SmallSectors {
  private readonly sectors: Sectors;
  private readonly root: Entry;
  private content: Buffer | undefined;
  private table: Buffer | undefined;

  constructor(sectors: Sectors, root: Entry) {
    this.sectors = sectors;
    this.root = root;
  }

  read({ start, size }: Entry): Buffer {
    this.content ??= this.sectors.read(this.root.start);
    this.table ??= this.sectors.read(this.sectors.bytes.readUInt32LE(60));
    const shift = this.sectors.bytes.readUInt16LE(32);
    const parts: Buffer[] = [];
    let read = 0;
    for (let sector = start; sector < END_OF_CHAIN && read < size; ) {
      const part = this.content.subarray(sector << shift, (sector + 1) << shift);
      if (part.length === 0) throw damaged('a stream in it is cut off');
      parts.push(part);
      read += part.length;
      sector = this.table.readUInt32LE(4 * sector);
    }
    return Buffer.concat(parts);
  }
}

function readEntries(directory: Buffer): Entry[] {
  return Array.from({ length: Math.floor(directory.length / ENTRY_BYTES) }, (_, index) => {
    const entry = directory.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
    const nameBytes = Math.min(Math.max(entry.readUInt16LE(64) - 2, 0), 62);
    return {
      name: entry.toString('utf16le', 0, nameBytes),
      type: entry.readUInt8(66),
      left: entry.readUInt32LE(68),
      right: entry.readUInt32LE(72),
      child: entry.readUInt32LE(76),
      start: entry.readUInt32LE(116),
      size: entry.readUInt32LE(120),
    };
  });
}

/** The entries of a folder, which form a tree. Embedded documents have folders, and perhaps streams of the same names. */
function childrenOf(entries: readonly Entry[], folder: Entry): Entry[] {
  const found = new Set<Entry>();
  const waiting = [folder.child];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const entry = entries[index];
    if (entry === undefined || found.has(entry)) continue;
    found.add(entry);
    waiting.push(entry.left, entry.right);
  }
  return [...found];
}
