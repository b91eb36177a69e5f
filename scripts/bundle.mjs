// Bundles the code that browsers load and packs the public packages, after the compiler has run. Skips what has not
// changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must, ROOT, run } from './pnpm.mjs';

const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');

async function bundle(folder) {
  await must(`Bundling ${folder}`, run(process.execPath, [VITE, 'build', folder, '--logLevel', 'warn']));
  const checkSize = join(folder, 'scripts/check-size.mjs');
  return existsSync(join(ROOT, checkSize)) ? run(process.execPath, [checkSize]) : 0;
}

/** Each has the folder with its sources, the packages that go into it besides, and the way to make it. */
const BUNDLES = [
  { folder: 'packages/embed', from: ['packages/contracts'], make: bundle },
  { folder: 'apps/widget', from: ['packages/contracts', 'packages/schedule'], make: bundle },
  { folder: 'apps/playground', from: ['packages/embed', 'packages/react'], make: bundle },
];
const TARBALLS = {
  folder: 'packages/react',
  from: ['packages/client', 'packages/contracts', 'packages/embed', 'packages/react'],
  target: 'apps/api/dist/packages',
  make: () => run(process.execPath, ['scripts/pack-packages.mjs']),
};
const SOURCES = ['src', 'html', 'scripts', 'index.html', 'package.json', 'vite.config.js'];

const COMMON = ['pnpm-lock.yaml', 'scripts/pack-packages.mjs', 'scripts/stage-package.mjs'].map((name) =>
  join(ROOT, name),
);

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
  const compiled = from.flatMap((each) => [
    join(ROOT, each, 'package.json'),
    ...filesIn(join(ROOT, each, 'dist')).filter((name) => /\.(js|d\.ts)$/.test(name)),
  ]);
  const sources = SOURCES.flatMap((name) => filesIn(join(ROOT, folder, name)));
  const hash = createHash('sha256');
  for (const name of [...sources, ...compiled, ...COMMON])
    hash.update(`${name}\0`).update(readFileSync(name)).update('\0');
  return hash.digest('hex');
}

async function update(product) {
  const { folder, target = `${folder}/dist`, make } = product;
  const stamp = join(ROOT, target, '.made-from');
  const wanted = fingerprint(product);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await must(`Making ${target}`, make(folder));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

await Promise.all(BUNDLES.map(update));
// Contains the loader script, which is one of the bundles.
await update(TARBALLS);
