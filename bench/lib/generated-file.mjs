import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DATA = join(dirname(dirname(fileURLToPath(import.meta.url))), 'data');

/**
 * Returns the path and size in bytes of a file that is generated once and kept. `write` returns its chunks, or writes the
 * file at the given path itself.
 */
export async function generatedFile(name, write) {
  const path = join(DATA, name);
  if (!existsSync(path)) {
    mkdirSync(DATA, { recursive: true });
    const part = `${path}.part`;
    const chunks = await write(part);
    if (chunks !== undefined) await writeChunks(part, chunks);
    renameSync(part, path);
  }
  return { path, bytes: statSync(path).size };
}

async function writeChunks(path, chunks) {
  const file = createWriteStream(path);
  for (const chunk of chunks) if (!file.write(chunk)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}
