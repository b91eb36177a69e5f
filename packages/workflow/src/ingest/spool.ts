import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createHeadedStream } from '@inlet/contracts/stream-head';
import { type BodyDigest, type DigestedBytes, digestBytes } from './digest-bytes.js';

/** A body that was fetched as a whole before it is read. Its bytes can be read once. */
export interface Spooled extends DigestedBytes {
  /** null if the disk did not take all of it; then the rest of `bytes` comes from the source. */
  readonly body: BodyDigest | null;
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** Folder of the files for bodies that outgrow the memory. They have no name, and vanish with the process. */
  readonly dir: string;
  /** Bytes that are kept in memory; default 1 MB. */
  readonly memoryBytes?: number | undefined;
  /** Called with the number of bytes so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

const MEMORY_BYTES = 1_048_576;
const READ_BYTES = 262_144;

/** Fetches a body as a whole, unless the disk fails. */
export async function spool(source: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spooled> {
  const { dir, memoryBytes = MEMORY_BYTES, onBytes = () => {} } = options;
  const { bytes, whole } = digestBytes(source);
  const stream = createHeadedStream(bytes);
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
    yield* stream.all;
  }
  const close = async () => {
    await file?.close();
    file = undefined;
  };
  try {
    for (let next = await stream.readNext(); next.done !== true; next = await stream.readNext()) {
      inMemory.push(next.value);
      isInMemory += next.value.length;
      total += next.value.length;
      onBytes(total);
      if (isInMemory <= memoryBytes) continue;
      try {
        file ??= await createNamelessFile(dir);
        await writeAll(file, { chunks: inMemory, position: onDisk });
      } catch {
        return { body: null, bytes: all(), whole, close };
      }
      stream.dropRead();
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

/** Creates a file that only its owner can open, and that exists as long as it is open. */
async function createNamelessFile(dir: string): Promise<FileHandle> {
  const path = join(dir, `inlet-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function writeAll(
  file: FileHandle,
  { chunks, position }: { chunks: readonly Uint8Array[]; position: number },
): Promise<void> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(chunks, position);
  // A full disk takes a part without an error.
  if (bytesWritten < size) throw new Error('the disk took only a part');
}
