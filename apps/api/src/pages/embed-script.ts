import { InletError } from '@inlet/contracts';
import { createServedFiles, type ServedFile } from './served-files.js';

const FILE = 'inlet.iife.js';

/** The loader that hosts put into their pages. `unavailable` where it is not built. */
export function createEmbedScript({ embedDir }: { embedDir: string }): { read(): Promise<ServedFile> } {
  const files = createServedFiles(embedDir);
  return {
    async read() {
      const file = await files.find(FILE);
      if (!file) throw new InletError('unavailable', { detail: 'The embed script is not built.' });
      return file;
    },
  };
}

/** An address that is answered with these very bytes or not at all, with the hash that holds the browser to them. */
export function embedTag(options: { baseUrl: string; version: string; integrity: string }): string {
  const { baseUrl, version, integrity } = options;
  const src = `${baseUrl.replace(/\/+$/, '')}/embed/${version}/inlet.js`;
  return `<script async src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>`;
}
