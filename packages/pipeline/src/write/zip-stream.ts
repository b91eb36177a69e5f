import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';

/** A file of an archive, whose bytes are made while they are written. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
}

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_EXTRA = 0x0001;
const VERSION = 45;
/** Names are UTF-8, and sizes follow the data. */
const FLAGS = 0x0808;
const DEFLATED = 8;
/** 1 January 1980: no time of the server is told. */
const DATE = 0x0021;
const UNKNOWN = 0xffffffff;
const LEVEL = 1;
/** Text that is compressed at once. */
const CHUNK_CHARS = 262_144;

interface WrittenEntry {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly size: number;
  readonly packedSize: number;
}

/**
 * Writes a ZIP archive (APPNOTE 6.3) as a stream. Sizes come after the data of an entry, and the directory has them as
 * 64 bits, so that no size must be known in advance.
 */
export async function* zipStream(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
): AsyncGenerator<Buffer> {
  const written: WrittenEntry[] = [];
  let at = 0;
  for await (const { name, content } of entries) {
    const header = localHeader(Buffer.from(name));
    // The memory of bytes may belong to somebody else once they are handed out.
    const headerBytes = header.length;
    yield header;
    const facts = { crc: 0, size: 0, packedSize: 0 };
    for await (const packed of deflate(content, facts)) {
      facts.packedSize += packed.length;
      yield packed;
    }
    const descriptor = dataDescriptor(facts);
    written.push({ name: Buffer.from(name), at, ...facts });
    at += headerBytes + facts.packedSize + descriptor.length;
    yield descriptor;
  }
  const directory = Buffer.concat(written.map(centralHeader));
  const end = directoryEnd({ entries: written.length, at, sizeBytes: directory.length });
  yield directory;
  yield end;
}

async function* deflate(
  content: ZipEntry['content'],
  facts: { crc: number; size: number },
): AsyncGenerator<Buffer> {
  const deflater = createDeflateRaw({ level: LEVEL });
  const feed = async () => {
    const write = async (bytes: Buffer) => {
      facts.crc = crc32(bytes, facts.crc);
      facts.size += bytes.length;
      if (!deflater.write(bytes)) await once(deflater, 'drain');
    };
    let text = '';
    for await (const part of content) {
      if (typeof part !== 'string') {
        await write(part);
        continue;
      }
      text += part;
      if (text.length < CHUNK_CHARS) continue;
      await write(Buffer.from(text));
      text = '';
    }
    if (text !== '') await write(Buffer.from(text));
    deflater.end();
  };
  feed().catch((error: unknown) =>
    deflater.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* deflater;
  } finally {
    deflater.destroy();
  }
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** Readers take sizes from the directory; the descriptor has 32 bits unless they are too small. */
function dataDescriptor({ crc, size, packedSize }: Omit<WrittenEntry, 'name' | 'at'>): Buffer {
  const isLarge = size >= UNKNOWN || packedSize >= UNKNOWN;
  const descriptor = Buffer.alloc(isLarge ? 24 : 16);
  descriptor.writeUInt32LE(DATA_DESCRIPTOR, 0);
  descriptor.writeUInt32LE(crc, 4);
  if (isLarge) {
    descriptor.writeBigUInt64LE(BigInt(packedSize), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
  } else {
    descriptor.writeUInt32LE(packedSize, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  return descriptor;
}

function centralHeader({ name, at, crc, size, packedSize }: WrittenEntry): Buffer {
  const isLarge = size >= UNKNOWN || packedSize >= UNKNOWN || at >= UNKNOWN;
  const header = Buffer.alloc(46);
  const short = (value: number) => (isLarge ? UNKNOWN : value);
  header.writeUInt32LE(CENTRAL_HEADER, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATED, 10);
  header.writeUInt16LE(DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(short(packedSize), 20);
  header.writeUInt32LE(short(size), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(isLarge ? 28 : 0, 30);
  header.writeUInt32LE(short(at), 42);
  if (!isLarge) return Buffer.concat([header, name]);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(ZIP64_EXTRA, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(packedSize), 12);
  extra.writeBigUInt64LE(BigInt(at), 20);
  return Buffer.concat([header, name, extra]);
}

interface Directory {
  readonly entries: number;
  readonly at: number;
  readonly sizeBytes: number;
}

function directoryEnd({ entries, at, sizeBytes }: Directory): Buffer {
  const end = Buffer.alloc(22);
  const isLarge = at >= UNKNOWN;
  end.writeUInt32LE(CENTRAL_END, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(sizeBytes, 12);
  end.writeUInt32LE(isLarge ? UNKNOWN : at, 16);
  if (!isLarge) return end;
  const large = Buffer.alloc(56 + 20);
  large.writeUInt32LE(ZIP64_END, 0);
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(VERSION, 12);
  large.writeUInt16LE(VERSION, 14);
  large.writeBigUInt64LE(BigInt(entries), 24);
  large.writeBigUInt64LE(BigInt(entries), 32);
  large.writeBigUInt64LE(BigInt(sizeBytes), 40);
  large.writeBigUInt64LE(BigInt(at), 48);
  large.writeUInt32LE(ZIP64_LOCATOR, 56);
  large.writeBigUInt64LE(BigInt(at + sizeBytes), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, end]);
}
