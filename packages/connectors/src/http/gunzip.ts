import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

/** RFC 1952, section 2.3.1, with deflate as the method. No text begins with these bytes. */
export const GZIP_MAGIC = Buffer.of(0x1f, 0x8b, 0x08);

/** Flags of a header (section 2.3.1): what follows its ten bytes. */
const HAS_CRC = 0x02;
const HAS_EXTRA = 0x04;
const HAS_NAME = 0x08;
const HAS_COMMENT = 0x10;
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

/**
 * Unpacks gzip data of one or more members, and ignores bytes after the last one. Node's own Gunzip takes such bytes
 * for another member, fails, and loses the end of the one before. Errors have the codes of zlib.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  chunkSize: number,
): AsyncGenerator<Uint8Array> {
  const input = createInput(source);
  while (await input.has(GZIP_MAGIC)) {
    await skipHeader(input);
    const sum = yield* inflateMember(input, chunkSize);
    const trailer = await input.take(TRAILER_BYTES);
    if (trailer.readUInt32LE(0) !== sum.crc || trailer.readUInt32LE(4) !== sum.bytes % 2 ** 32)
      throw zlibError('Z_DATA_ERROR', 'incorrect data check');
  }
}

type Input = ReturnType<typeof createInput>;

async function skipHeader(input: Input): Promise<void> {
  const flags = (await input.take(HEADER_BYTES)).readUInt8(3);
  if (flags & HAS_EXTRA) await input.take((await input.take(2)).readUInt16LE(0));
  if (flags & HAS_NAME) await input.skipText();
  if (flags & HAS_COMMENT) await input.skipText();
  if (flags & HAS_CRC) await input.take(2);
}

interface Sum {
  readonly crc: number;
  readonly bytes: number;
}

/** Yields the content of a member, and leaves what follows it in the input. */
async function* inflateMember(input: Input, chunkSize: number): AsyncGenerator<Uint8Array, Sum> {
  const inflate = createInflateRaw({ chunkSize });
  let crc = 0;
  let bytes = 0;
  let fed = 0;
  try {
    for (;;) {
      const chunk = await input.next();
      if (chunk === null) throw zlibError('Z_BUF_ERROR', 'unexpected end of file');
      fed += chunk.length;
      for await (const piece of write(inflate, chunk)) {
        crc = crc32(piece, crc);
        bytes += piece.length;
        yield piece;
      }
      const left = fed - inflate.bytesWritten;
      if (left === 0) continue;
      input.putBack(chunk.subarray(chunk.length - left));
      return { crc, bytes };
    }
  } finally {
    inflate.destroy();
  }
}

/** Yields what a chunk unpacks to. At the end of the data, the rest of the chunk is not taken. */
async function* write(inflate: InflateRaw, chunk: Uint8Array): AsyncGenerator<Buffer> {
  let wake = (): void => {};
  let state: { readonly error: unknown } | 'writing' | 'written' = 'writing';
  const settle = (next: typeof state) => {
    state = next;
    wake();
  };
  const onReadable = () => wake();
  const onError = (error: unknown) => settle({ error });
  inflate.on('readable', onReadable).on('error', onError);
  inflate.write(chunk, () => settle('written'));
  try {
    for (;;) {
      for (let piece = inflate.read(); piece !== null; piece = inflate.read()) yield piece;
      const now = state as { readonly error: unknown } | 'writing' | 'written';
      if (typeof now === 'object') throw now.error;
      if (now === 'written') return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    inflate.off('readable', onReadable).off('error', onError);
  }
}

/** Reads a stream of chunks by bytes. */
function createInput(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Uint8Array = Buffer.alloc(0);
  /** Returns the next chunk, which is not empty; null at the end. */
  const next = async (): Promise<Uint8Array | null> => {
    while (rest.length === 0) {
      const { value, done } = await chunks.next();
      if (done) return null;
      rest = value;
    }
    const chunk = rest;
    rest = Buffer.alloc(0);
    return chunk;
  };
  const putBack = (bytes: Uint8Array): void => {
    rest = bytes;
  };
  /** Returns up to `size` bytes; fewer only at the end. */
  const takeUpTo = async (size: number): Promise<Buffer> => {
    let taken = Buffer.alloc(0);
    while (taken.length < size) {
      const chunk = await next();
      if (chunk === null) break;
      const missing = size - taken.length;
      taken = Buffer.concat([taken, chunk.subarray(0, missing)]);
      putBack(chunk.subarray(missing));
    }
    return taken;
  };
  const take = async (size: number): Promise<Buffer> => {
    const taken = await takeUpTo(size);
    if (taken.length < size) throw zlibError('Z_BUF_ERROR', 'unexpected end of file');
    return taken;
  };
  return {
    next,
    putBack,
    take,
    /** Whether the next bytes are these. */
    async has(bytes: Buffer): Promise<boolean> {
      const taken = await takeUpTo(bytes.length);
      putBack(Buffer.concat([taken, rest]));
      return taken.equals(bytes);
    },
    /** Skips a text that ends with a zero byte. */
    async skipText(): Promise<void> {
      while ((await take(1)).readUInt8(0) !== 0);
    },
  };
}

const zlibError = (code: string, message: string): Error => Object.assign(new Error(message), { code });
