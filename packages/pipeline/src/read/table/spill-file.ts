import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileBytes } from '../xlsx/open-package.js';

export interface SpilledFile extends FileBytes {
  close(): Promise<void>;
}

/** Writes a stream to a file without a name, so that it can be read at any place and nothing is left behind. */
export async function spillStream(chunks: AsyncIterable<Buffer>, directory: string): Promise<SpilledFile> {
  const folder = await mkdtemp(join(directory, 'inlet-unpacked-'));
  const file = await open(join(folder, 'file'), 'w+', 0o600).finally(() =>
    rm(folder, { recursive: true, force: true }),
  );
  let size = 0;
  try {
    for await (const chunk of chunks) {
      await file.writev([chunk], size);
      size += chunk.length;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  let isOpen = true;
  return {
    size,
    read: async (position, length) => {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled);
        if (bytesRead === 0) throw new RangeError('the unpacked file is shorter than written');
        filled += bytesRead;
      }
      return bytes;
    },
    close: async () => {
      if (isOpen) await file.close();
      isOpen = false;
    },
  };
}
