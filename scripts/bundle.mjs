// Bundles the code that browsers load, after the compiler has run. Skips a bundle whose inputs have not changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must, pnpm, ROOT } from './pnpm.mjs';

/** Each bundle, with the packages that go into it besides its folder. */
const BUNDLES = [
  { folder: 'packages/embed', from: ['packages/contracts'] },
  { folder: 'apps/widget', from: ['packages/contracts', 'packages/schedule'] },
  { folder: 'apps/playground', from: ['packages/embed', 'packages/react'] },
];
const SOURCES = ['src', 'html', 'scripts', 'index.html', 'package.json', 'vite.config.js'];

/** Lists a folder's files, or the file itself, in a stable order. */
function filesIn(path) {
  if (!existsSync(path)) return [];
  if (!/\/(src|html|scripts|dist)$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function fingerprint({ folder, from }) {
  const compiled = from.flatMap((each) =>
    filesIn(join(ROOT, each, 'dist')).filter((name) => /\.js$/.test(name)),
  );
  const sources = SOURCES.flatMap((name) => filesIn(join(ROOT, folder, name)));
  const hash = createHash('sha256');
  for (const name of [...sources, ...compiled, join(ROOT, 'pnpm-lock.yaml')])
    hash.update(`${name}\0`).update(readFileSync(name)).update('\0');
  return hash.digest('hex');
}

for (const bundle of BUNDLES) {
  const stamp = join(ROOT, bundle.folder, 'dist/.bundled-from');
  const wanted = fingerprint(bundle);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
  await must(`Bundling ${bundle.folder}`, pnpm(['--dir', bundle.folder, 'run', 'bundle']));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}
