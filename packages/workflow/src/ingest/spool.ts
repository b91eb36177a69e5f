import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type BodyDigest, type DigestedBytes, digesting } from './body-digest.js';
import { replay } from './replay.js';

/**
 * A body that was taken in whole, so that what it is can be known before it is read. Its bytes come once; what was not
 * taken in comes from the source.
 */
export interface Spooled extends DigestedBytes {
  /** Null where it could not be taken in whole. */
  readonly body: BodyDigest | null;
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** Where files lie that outgrow the memory. They have no name, and vanish with the process. */
  readonly dir: string;
  /** Kept in memory up to this; default 1 MB. */
  readonly memoryBytes?: number;
  readonly onBytes?: (bytes: number) => void;
}

const MEMORY_BYTES = 1_048_576;
const READ_BYTES = 262_144;

/** Takes a body in. Where the disk does not take it, the body goes on to the reader as if it had not been tried. */
export async function spool(source: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spooled> {
  const { dir, memoryBytes = MEMORY_BYTES, onBytes = () => {} } = options;
  const { bytes, whole } = digesting(source);
  const rest = bytes[Symbol.asyncIterator]();
  let file: FileHandle | undefined;
  let onDisk = 0;
  let total = 0;
  let inMemory: Uint8Array[] = [];
  let isInMemory = 0;

  async function* all(): AsyncGenerator<Uint8Array> {
    if (file && onDisk > 0)
      yield* file.createReadStream({
        start: 0,
        end: onDisk - 1,
        highWaterMark: READ_BYTES,
        autoClose: false,
      });
    yield* replay(inMemory, rest);
  }
  const close = async () => {
    await file?.close();
    file = undefined;
  };
  try {
    for (let next = await rest.next(); !next.done; next = await rest.next()) {
      inMemory.push(next.value);
      isInMemory += next.value.length;
      total += next.value.length;
      onBytes(total);
      if (isInMemory <= memoryBytes) continue;
      try {
        file ??= await nameless(dir);
        await writeAll(file, { chunks: inMemory, position: onDisk });
      } catch {
        return { body: null, bytes: all(), whole, close };
      }
      onDisk += isInMemory;
      inMemory = [];
      isInMemory = 0;
    }
    return { body: await whole(), bytes: all(), whole, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file that is there for its owner alone, and only for as long as it is open. */
async function nameless(dir: string): Promise<FileHandle> {
  const path = join(dir, `inlet-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

/** A disk that is full takes a part. */
async function writeAll(
  file: FileHandle,
  { chunks, position }: { chunks: readonly Uint8Array[]; position: number },
): Promise<void> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten < size) throw new Error('the disk took only a part');
}
