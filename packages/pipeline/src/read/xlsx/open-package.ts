import { Readable, type Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { InletError } from '@inlet/contracts/errors';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';

/** The bytes of a file at any place. */
export interface FileBytes {
  readonly size: number;
  /** Returns `length` bytes, or those up to the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
}

export interface PackageLimits {
  /** Unpacked bytes of one part; over it: `source_decompression_bomb`. */
  readonly maxPartBytes: number;
}

/** The parts of an Office file, or of any other ZIP archive. */
export interface OfficePackage {
  /** Names of all files as the archive writes them. */
  readonly names: readonly string[];
  /** Names as they are looked up: without a leading slash, in lower case. */
  has(name: string): boolean;
  /** Size as the archive states it, which may be wrong. */
  sizeOf(name: string): number;
  /** The unpacked bytes of a part. Throws `source_malformed` for a part that does not exist or is damaged. */
  open(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

const CHUNK_BYTES = 262_144;
const MOST_PARTS = 20_000;
const DEFLATED = 8;
/** How yauzl refuses a name: an absolute one, one with `..`, or one with a backslash. */
const UNSAFE_NAME = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.{1,200})/s;

const keyOf = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

export function damaged(detail: string, cause?: unknown): InletError {
  return new InletError('source_malformed', { detail: `The file is damaged: ${detail}.`, cause });
}

/**
 * Opens a ZIP archive and lists its parts. Throws `source_malformed` for a damaged archive and `source_archive_unsafe` for
 * names that leave their folder.
 */
export async function openPackage(file: FileBytes, { maxPartBytes }: PackageLimits): Promise<OfficePackage> {
  const archive = await openArchive(file);
  const parts = await listParts(archive);
  return {
    names: [...parts.values()].map(({ fileName }) => fileName).filter((name) => !name.endsWith('/')),
    has: (name) => parts.has(keyOf(name)),
    sizeOf: (name) => parts.get(keyOf(name))?.uncompressedSize ?? 0,
    open: async function* (name) {
      const entry = parts.get(keyOf(name));
      if (entry === undefined) throw damaged(`it lacks the part ${name}`);
      if (entry.isEncrypted()) throw new InletError('source_password_protected');
      let unpacked = 0;
      for await (const chunk of readPart(archive, entry)) {
        unpacked += chunk.length;
        if (unpacked > maxPartBytes)
          throw new InletError('source_decompression_bomb', {
            detail: `The part ${name} unpacks to more than ${maxPartBytes} bytes.`,
          });
        yield chunk;
      }
    },
    close: () => archive.close(),
  };
}

async function openArchive(file: FileBytes): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new ArchiveReader(file), file.size, {
      autoClose: false,
      // The stated size is compared with the unpacked bytes by nobody: programs write it wrongly, and limits count.
      validateEntrySizes: false,
    });
  } catch (error) {
    throw damaged('it is no ZIP archive, or its end is missing', error);
  }
}

async function listParts(archive: ZipFile): Promise<Map<string, Entry>> {
  if (archive.entryCount > MOST_PARTS) throw damaged(`it has ${archive.entryCount} parts`);
  const parts = new Map<string, Entry>();
  try {
    for await (const entry of archive.eachEntry()) parts.set(keyOf(entry.fileName), entry);
  } catch (error) {
    const name = error instanceof Error ? UNSAFE_NAME.exec(error.message)?.[1] : undefined;
    if (name !== undefined)
      throw new InletError('source_archive_unsafe', { detail: `It is named ${name}.`, cause: error });
    throw damaged('its list of parts cannot be read', error);
  }
  return parts;
}

async function* readPart(archive: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const { compressionMethod } = entry;
  if (compressionMethod !== DEFLATED && compressionMethod !== 0)
    throw damaged(`it is packed by method ${compressionMethod}`);
  const packed = await openEntry(archive, entry);
  if (compressionMethod === 0) {
    yield* packed;
    return;
  }
  yield* unpackStream(packed, createInflateRaw({ chunkSize: CHUNK_BYTES }));
}

async function openEntry(archive: ZipFile, entry: Entry): Promise<Readable> {
  try {
    return await archive.openReadStreamPromise(entry, { decodeFileData: false });
  } catch (error) {
    throw error instanceof InletError ? error : damaged('its list of parts is wrong', error);
  }
}

/** Passes bytes through an unpacker of zlib. Throws `source_malformed` for damaged ones. */
export async function* unpackStream(packed: Readable, unpacker: Transform): AsyncGenerator<Buffer> {
  packed.on('error', (error) => unpacker.destroy(error));
  packed.pipe(unpacker);
  try {
    yield* unpacker as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof InletError ? error : damaged('it cannot be unpacked', error);
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}

class ArchiveReader extends RandomAccessReader {
  private readonly file: FileBytes;

  constructor(file: FileBytes) {
    super();
    this.file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(readRange(this.file, start, end), { objectMode: false });
  }

  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

/** The bytes of a file from `start` to before `end`. */
export async function* readRange(file: FileBytes, start = 0, end = file.size): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const chunk = await file.read(at, Math.min(CHUNK_BYTES, end - at));
    if (chunk.length === 0) throw damaged('it ends too early');
    at += chunk.length;
    yield chunk;
  }
}
