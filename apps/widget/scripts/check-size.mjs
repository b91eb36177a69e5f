// Holds the budget of the widget's first load: what the page needs before a person can begin, gzipped.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 200_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8'));

/** A chunk and everything it imports statically. */
function filesOf(key, seen = new Set()) {
  const { file, imports = [] } = manifest[key];
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const each of imports) filesOf(each, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const language = Object.keys(manifest).find((key) => key.endsWith('locales/en.ts'));
const files = new Set([...filesOf(entry), ...(language ? filesOf(language) : [])]);
const texts = [...files].map((file) => readFileSync(dist + file));
const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
console.log(`widget: ${bytes} of ${MOST_BYTES} bytes of JavaScript at first, gzipped (${files.size} files)`);
if (bytes >= MOST_BYTES) process.exitCode = 1;
if (texts.some((text) => /_zod|ZodError/.test(text.toString('utf8')))) {
  console.error('widget: the schemas are in the first load');
  process.exitCode = 1;
}

// Files of earlier builds would be served for ever.
const wanted = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
for (const name of existsSync(`${dist}assets`) ? readdirSync(`${dist}assets`) : [])
  if (!wanted.has(`assets/${name}`)) rmSync(`${dist}assets/${name}`);
