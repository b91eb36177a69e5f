// Fails if the widget's first load (the JavaScript that the first screen needs, gzipped) exceeds its budget.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 200_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8'));

/** Returns the file of a chunk and of everything it imports statically. */
function filesOf(key, seen = new Set()) {
  const { file, imports = [] } = manifest[key];
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of imports) filesOf(each, seen);
  return seen;
}

const page = readFileSync(`${dist}index.html`, 'utf8');
const isFirst = ([key, { file }]) =>
  file.endsWith('.js') && (page.includes(`"./${file}"`) || key.endsWith('locales/en.ts'));
const first = Object.entries(manifest).filter(isFirst);
const files = new Set(first.flatMap(([key]) => [...filesOf(key)]));
const texts = [...files].map((file) => readFileSync(dist + file));
const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
console.log(`widget: ${bytes} of ${MOST_BYTES} bytes of JavaScript at first, gzipped (${files.size} files)`);
if (bytes >= MOST_BYTES) process.exitCode = 1;
if (texts.some((text) => /_zod|ZodError/.test(text.toString('utf8')))) {
  console.error('widget: the schemas are in the first load');
  process.exitCode = 1;
}

// Remove the files of earlier builds.
const wanted = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
for (const name of existsSync(`${dist}assets`) ? readdirSync(`${dist}assets`) : [])
  if (!wanted.has(`assets/${name}`)) rmSync(`${dist}assets/${name}`);
