// Checks every package.json and every import of the sources against the table of allowed imports
// (docs/architecture.md), and finds import cycles. Prints one line for each breach and fails if there is one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCycles } from './import-cycles.mjs';

/** The packages of ours that each package may import; `types` are allowed for `import type` only. */
const TABLE = {
  'packages/contracts': { ours: [], others: ['zod'] },
  'packages/pipeline': { ours: ['contracts'] },
  'packages/schedule': { ours: ['contracts'] },
  'packages/connectors': { ours: ['contracts'] },
  'packages/delivery': { ours: ['contracts', 'connectors'] },
  'packages/embedded-mongo': { ours: [] },
  'packages/client': { ours: ['contracts'] },
  'packages/workflow': { ours: ['contracts', 'pipeline', 'schedule', 'connectors', 'delivery'] },
  'packages/store-mongo': { ours: ['contracts', 'workflow'] },
  'packages/jobs-agenda': { ours: ['contracts', 'workflow'] },
  'packages/embed': { ours: [], types: ['contracts'] },
  'packages/react': { ours: ['embed'] },
  // Only a devDependency of others, which is why no entry above names it; the ports of workflow are types.
  'packages/testing': { ours: ['contracts'], types: ['workflow'] },
  'apps/api': {
    ours: [
      'contracts',
      'pipeline',
      'schedule',
      'connectors',
      'delivery',
      'embedded-mongo',
      'client',
      'workflow',
      'store-mongo',
      'jobs-agenda',
    ],
  },
  'apps/widget': { ours: ['contracts', 'schedule'] },
  'apps/playground': { ours: ['react', 'embed'], types: ['contracts'] },
  'apps/console': { ours: ['contracts', 'client', 'schedule'] },
};

/** Folders of the pipeline that must not import each other. */
const PIPELINE_STEPS = ['read', 'map', 'check', 'diff', 'write'];

/** Folders of the run engine that must work without a lease, a phase or a queue. */
const LEASELESS = new Set(['ingest', 'outbox']);
const LEASED = new Set(['execution', 'worker']);

/** Modules that only some packages may import, with the reason. */
const RESERVED = [
  {
    names: ['mongoose', 'mongodb'],
    // embedded-mongo is a database: its tools export to, and import into, any MongoDB. Tests drop what they made.
    allowed: ['packages/store-mongo', 'packages/embedded-mongo', 'packages/testing', 'apps/api'],
    why: 'documents never leave the store',
  },
  {
    names: ['axios', 'undici', 'request-filtering-agent'],
    allowed: ['packages/connectors'],
    why: 'only connectors open sockets to addresses that a user gave',
  },
  {
    names: ['node:http', 'node:https', 'node:http2', 'node:net', 'node:tls', 'node:dgram'],
    allowed: ['packages/connectors', 'packages/embedded-mongo', 'packages/testing', 'apps/api'],
    why: 'only connectors open sockets to addresses that a user gave',
  },
];

/** Additional package entries, which spare browsers and reader threads the rest of the package. */
const SECOND_ENTRIES = new Set([
  '@inlet/schedule/cron-locales',
  '@inlet/contracts/errors',
  '@inlet/contracts/new-options',
  '@inlet/contracts/no-counts',
  '@inlet/contracts/server-events',
  '@inlet/contracts/sources',
  '@inlet/contracts/stream-head',
  '@inlet/contracts/web-address',
]);

/** Used by tests only; it reads the environment of the test run. */
const TESTING = 'packages/testing';

/** Packages that call Inlet's own API or run in a browser. */
const MAY_FETCH = [
  'packages/connectors',
  'packages/client',
  'apps/widget',
  'apps/playground',
  'apps/console',
];

const IMPORT = /^\s*(import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm;

/** Returns one line for each breach under `root`. */
export function checkImports(root) {
  const folders = ['packages', 'apps'].flatMap((parent) => foldersIn(root, parent));
  return folders.flatMap((folder) => checkPackage(root, folder));
}

function foldersIn(root, parent) {
  const path = join(root, parent);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(path, entry.name, 'package.json')))
    .map((entry) => `${parent}/${entry.name}`);
}

function checkPackage(root, folder) {
  const rule = TABLE[folder];
  if (!rule) return [`${folder}: is not in the table of scripts/check-imports.mjs`];
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  // A test may also import its own package by name, as others do.
  const known = new Set([
    ...declared,
    ...devDependenciesOf(root, '.'),
    ...devDependenciesOf(root, folder),
    manifest.name,
  ]);
  const breaches = declared.flatMap((name) =>
    checkName(name, { folder, rule, where: `${folder}/package.json` }),
  );
  const relativeImports = new Map();
  for (const file of sourcesIn(join(root, folder))) {
    const where = relative(root, file).split(sep).join('/');
    const text = readFileSync(file, 'utf8');
    const isTest = /\.test\.tsx?$/.test(file) || where.startsWith(`${folder}/test/`);
    const imports = importsOf(text);
    relativeImports.set(
      file,
      imports.map(({ name }) => name).filter((name) => name.startsWith('.')),
    );
    breaches.push(
      ...imports.flatMap((each) => checkPath(each, { root, folder, file, where })),
      ...imports.flatMap(({ name }) =>
        checkDeclared(name, { where, known: isTest ? known : new Set(declared) }),
      ),
    );
    if (isTest) continue;
    breaches.push(
      ...imports.flatMap((each) => checkName(each.name, { folder, rule, where, isType: each.isType })),
      ...checkGlobals(text.replace(COMMENT, '$1'), { folder, where }),
    );
  }
  return [...breaches, ...findCycles(relativeImports, root)];
}

function devDependenciesOf(root, folder) {
  const manifest = join(root, folder, 'package.json');
  return existsSync(manifest)
    ? Object.keys(JSON.parse(readFileSync(manifest, 'utf8')).devDependencies ?? {})
    : [];
}

function importsOf(text) {
  const fixed = [...text.matchAll(IMPORT)].map(([, , type, name]) => ({ name, isType: type !== undefined }));
  const dynamic = [...text.matchAll(DYNAMIC_IMPORT)].map(([, name]) => ({ name, isType: false }));
  return [...fixed, ...dynamic];
}

/** Checks an imported name against the table and against the reserved modules. */
function checkName(name, { folder, rule, where, isType = false }) {
  if (name.startsWith('.')) return [];
  const ours = /^@inlet\/([^/]+)(\/.*)?$/.exec(name);
  if (ours) {
    if (ours[2] && !SECOND_ENTRIES.has(name))
      return [`${where}: imports ${name}; import ${name.slice(0, -ours[2].length)} instead`];
    const isManifest = where.endsWith('package.json');
    if (rule.ours.includes(ours[1]) || ((isType || isManifest) && rule.types?.includes(ours[1]))) return [];
    return [`${where}: ${folder} must not import ${name}`];
  }
  const breaches = RESERVED.filter(
    ({ names, allowed }) => names.includes(withPrefix(packageOf(name))) && !allowed.includes(folder),
  ).map(({ why }) => `${where}: ${folder} must not import ${name}: ${why}`);
  if (rule.others && !isBuiltin(name) && !rule.others.includes(packageOf(name)))
    breaches.push(`${where}: ${folder} must not import ${name}`);
  return breaches;
}

/** Checks that a relative import stays inside its package, and that steps of the pipeline stay independent. */
function checkPath({ name }, { root, folder, file, where }) {
  if (!name.startsWith('.')) return [];
  const target = relative(join(root, folder), resolve(dirname(file), name)).split(sep);
  if (target[0] === '..') return [`${where}: imports ${name}, which is outside of ${folder}`];
  const from = where.split('/')[3];
  const to = target[1];
  if (folder === 'packages/workflow' && LEASELESS.has(from) && LEASED.has(to))
    return [`${where}: imports ${name}; ${from} must not know ${to}`];
  if (folder !== 'packages/pipeline') return [];
  const isSideways = from !== to && PIPELINE_STEPS.includes(from) && PIPELINE_STEPS.includes(to);
  return isSideways ? [`${where}: imports ${name}; ${from} and ${to} must not know each other`] : [];
}

function checkDeclared(name, { where, known }) {
  if (name.startsWith('.') || isBuiltin(name) || known.has(packageOf(name))) return [];
  return [`${where}: imports ${name}, which its package.json does not declare`];
}

function checkGlobals(text, { folder, where }) {
  const breaches = [];
  const isConfig = /^apps\/[^/]+\/src\/config\.ts$/.test(where);
  if (/\bprocess\s*(\.|\?\.)\s*env\b|\bprocess\s*\[/.test(text) && !isConfig && folder !== TESTING)
    breaches.push(`${where}: reads process.env; only config.ts of an app may`);
  if (/(^|[^.\w])(globalThis\.)?fetch\(/m.test(text) && !MAY_FETCH.includes(folder))
    breaches.push(`${where}: calls fetch; only connectors open sockets to addresses that a user gave`);
  return breaches;
}

function sourcesIn(folder) {
  return ['src', 'test'].flatMap((part) => {
    const path = join(folder, part);
    if (!existsSync(path)) return [];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[cm]?tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  });
}

const isBuiltin = (name) => name.startsWith('node:') || builtinModules.includes(name.split('/')[0]);
const packageOf = (name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
const withPrefix = (name) => (builtinModules.includes(name) ? `node:${name}` : name);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  const breaches = checkImports(root);
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) process.exitCode = 1;
  else console.log('All imports are as the table allows.');
}
