import { createHeadedStream } from '@inlet/contracts/stream-head';
import { type BodyDigest, type DigestedBytes, digestBytes } from './digest-bytes.js';
import { createSpoolFile } from './spool-file.js';

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

/** Fetches a body as a whole, unless the disk fails. */
export async function spool(source: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spooled> {
  const { dir, memoryBytes = MEMORY_BYTES, onBytes = () => {} } = options;
  const { bytes, whole } = digestBytes(source);
  const stream = createHeadedStream(bytes);
  const file = createSpoolFile(dir);
  let total = 0;
  let inMemory: Uint8Array[] = [];
  let isInMemory = 0;

  async function* all(): AsyncGenerator<Uint8Array> {
    yield* file.read();
    yield* stream.all;
  }
  const close = () => file.close();
  try {
    for (let next = await stream.readNext(); next.done !== true; next = await stream.readNext()) {
      inMemory.push(next.value);
      isInMemory += next.value.length;
      total += next.value.length;
      onBytes(total);
      if (isInMemory <= memoryBytes) continue;
      if (!(await file.append(inMemory))) return { body: null, bytes: all(), whole, close };
      stream.dropRead();
      inMemory = [];
      isInMemory = 0;
    }
    return { body: await whole(), bytes: all(), whole, close };
  } catch (error) {
    await close();
    throw error;
  }
}
