import { InletError } from '@inlet/contracts';
import { createServedFiles, type ServedFile } from './served-files.js';

const FILE = 'inlet.iife.js';

/** Reads the loader script for the pages of hosts. Throws `unavailable` if it is not built. */
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

/** A script tag whose address always returns these bytes or fails, with the hash that the browser checks. */
export function embedTag(options: { baseUrl: string; version: string; integrity: string }): string {
  const { baseUrl, version, integrity } = options;
  const src = `${baseUrl.replace(/\/+$/, '')}/embed/${version}/inlet.js`;
  return `<script async src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>`;
}
