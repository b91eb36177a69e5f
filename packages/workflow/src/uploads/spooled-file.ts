import type { FileBytes } from '@inlet/pipeline';
import { createNamelessFile } from '../ingest/spool-file.js';

/** A copy of a file on the local disk, of which any place can be read. */
export interface SpooledFile {
  readonly file: FileBytes;
  close(): Promise<void>;
}

/** Writes the bytes to a file without a name, which vanishes with the process. */
export async function createSpooledFile(dir: string, bytes: AsyncIterable<Buffer>): Promise<SpooledFile> {
  const handle = await createNamelessFile(dir);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      await handle.writeFile(chunk);
      size += chunk.length;
    }
    const read = async (position: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, bytesRead);
    };
    return { file: { size, read }, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
