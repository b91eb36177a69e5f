// Holds the size budget of what a host's page loads: the script-tag form and, bundled, the ES module form.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const MOST_BYTES = 4096;
const root = fileURLToPath(new URL('..', import.meta.url));

async function bundledModule() {
  const { output } = [
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, target: 'es2020', lib: { entry: 'dist/index.js', formats: ['es'] } },
    }),
  ].flat()[0];
  return output[0].code;
}

const sizes = {
  'inlet.iife.js': gzipSync(readFileSync(`${root}/dist/inlet.iife.js`)).length,
  'ES module': gzipSync(await bundledModule()).length,
};
for (const [name, bytes] of Object.entries(sizes)) {
  console.log(`embed: ${name} ${bytes} of ${MOST_BYTES} bytes, gzipped`);
  if (bytes >= MOST_BYTES) process.exitCode = 1;
}
