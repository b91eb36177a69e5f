/**
 * Stages a public package for publishing: `node scripts/stage-package.mjs packages/react` writes packages/react/package.
 * The staged package contains the modules of our other packages that it needs, types included, so that installing it
 * installs no other package of ours. `pnpm pack` and `pnpm publish` call this as the script `prepack`, and pack the
 * staged folder (`publishConfig.directory`).
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './pnpm.mjs';

const OURS = '@inlet/';
/** Module specifiers in the compiler's output, which has one form for each. */
const SPECIFIER = /(\bfrom |\bimport |\bimport\()(["'])([^"'\n]+)\2/g;
const SOURCE_MAP = /\n\/\/# sourceMappingURL=\S+\s*$/;

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** @param folder absolute path of the package; returns the path of the staged folder */
export function stagePackage(folder) {
  const target = join(folder, 'package');
  const manifest = readManifest(folder);
  const modules = collectModules({ folder, manifest });
  rmSync(target, { recursive: true, force: true });
  for (const [path, { text, place }] of modules.files) {
    const written = text.replace(SOURCE_MAP, '\n').replace(SPECIFIER, (whole, before, quote, specifier) => {
      const found = modules.resolveFrom(path, specifier);
      if (!found) return whole;
      return `${before}${quote}${toSpecifier(place, modules.files.get(found).place)}${quote}`;
    });
    mkdirSync(dirname(join(target, place)), { recursive: true });
    writeFileSync(join(target, place), written);
  }
  const readme = join(folder, 'README.md');
  if (existsSync(readme)) cpSync(readme, join(target, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(
    join(target, 'package.json'),
    `${JSON.stringify(publishedManifest(manifest, modules.external), null, 2)}\n`,
  );
  return target;
}

/**
 * Follows the imports from all entries of a package. `files` maps the path of each module to its text and its place in
 * the staged package; `external` holds the dependencies of other authors with their versions.
 */
function collectModules({ folder, manifest }) {
  const files = new Map();
  const external = {};
  const folderOf = (name) => join(ROOT, 'packages', name.slice(OURS.length));

  /** Returns the path of a module of ours, or null for a module of Node or of other authors. */
  function resolveFrom(path, specifier) {
    const isTypes = path.endsWith('.d.ts');
    if (specifier.startsWith('.')) {
      const module = resolve(dirname(path), specifier);
      return isTypes ? module.replace(/\.js$/, '.d.ts') : module;
    }
    if (!specifier.startsWith(OURS)) return null;
    const [scope, name, ...rest] = specifier.split('/');
    const owner = folderOf(`${scope}/${name}`);
    const entry = readManifest(owner).exports[['.', ...rest].join('/')];
    return join(owner, isTypes ? entry.types : entry.default);
  }

  function add(path) {
    if (files.has(path)) return;
    const text = readFileSync(path, 'utf8');
    const [name, , ...rest] = relative(join(ROOT, 'packages'), path).split('/');
    const isOwn = path.startsWith(`${folder}/`);
    files.set(path, { text, place: join('dist', ...(isOwn ? [] : [name]), ...rest) });
    for (const [, , , specifier] of text.matchAll(SPECIFIER)) {
      const module = resolveFrom(path, specifier);
      if (module) add(module);
      else if (!specifier.startsWith('node:')) addExternal(path, specifier);
    }
  }

  function addExternal(path, specifier) {
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    if (manifest.peerDependencies?.[name]) return;
    const owner = join(ROOT, 'packages', relative(join(ROOT, 'packages'), path).split('/')[0]);
    const version = readManifest(owner).dependencies?.[name];
    if (!version) throw new Error(`${path} imports ${name}, which is no dependency of its package`);
    // A host may have a newer compatible version.
    external[name] = `^${version}`;
  }

  for (const entry of Object.values(manifest.exports))
    for (const path of typeof entry === 'string' ? [entry] : Object.values(entry)) add(join(folder, path));
  return { files, external, resolveFrom };
}

function toSpecifier(fromPlace, toPlace) {
  const path = relative(dirname(fromPlace), toPlace).replace(/\.d\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

/** The manifest without the fields that only this repository needs. */
function publishedManifest(manifest, external) {
  const { devDependencies, scripts, publishConfig, dependencies, ...published } = manifest;
  const { directory, linkDirectory, ...config } = publishConfig;
  return { ...published, dependencies: external, publishConfig: config };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  stagePackage(resolve(process.argv[2] ?? '.'));
