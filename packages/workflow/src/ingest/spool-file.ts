import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file for bytes that outgrow the memory. It has no name, and vanishes with the process. */
export interface SpoolFile {
  /** Adds chunks at the end; false if the disk did not take all of them, and then none counts. */
  append(chunks: readonly Uint8Array[]): Promise<boolean>;
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

const READ_BYTES = 262_144;

/** Creates the file with the first bytes. Only its owner can open it. */
export function createSpoolFile(dir: string): SpoolFile {
  let file: FileHandle | undefined;
  let size = 0;
  return {
    async append(chunks) {
      try {
        file ??= await createNamelessFile(dir);
        await writeAll(file, { chunks, position: size });
      } catch {
        return false;
      }
      size += sizeOf(chunks);
      return true;
    },
    async *read() {
      if (file && size > 0)
        yield* file.createReadStream({
          start: 0,
          end: size - 1,
          highWaterMark: READ_BYTES,
          autoClose: false,
        });
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

/** Opens a new file that only its owner can open, and that vanishes with the process. */
export async function createNamelessFile(dir: string): Promise<FileHandle> {
  const path = join(dir, `inlet-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

async function writeAll(
  file: FileHandle,
  { chunks, position }: { chunks: readonly Uint8Array[]; position: number },
): Promise<void> {
  const { bytesWritten } = await file.writev(chunks, position);
  // A full disk takes a part without an error.
  if (bytesWritten < sizeOf(chunks)) throw new Error('the disk took only a part');
}

const sizeOf = (chunks: readonly Uint8Array[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
