import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DATA = join(dirname(dirname(fileURLToPath(import.meta.url))), 'data');

/** Returns the path and size in bytes of a file of these chunks. It is generated once and kept. */
export async function generatedFile(name, chunks) {
  const path = join(DATA, name);
  if (!existsSync(path)) {
    mkdirSync(DATA, { recursive: true });
    const file = createWriteStream(`${path}.part`);
    for (const chunk of chunks()) if (!file.write(chunk)) await once(file, 'drain');
    file.end();
    await once(file, 'close');
    renameSync(`${path}.part`, path);
  }
  return { path, bytes: statSync(path).size };
}
