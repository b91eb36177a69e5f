import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './shell.mjs';

/** Stands in for `curl`: appends its arguments to a file, one call per line. */
const RECORDER = `#!/usr/bin/env node
process.getBuiltinModule('node:fs').appendFileSync(process.env.CALLS, JSON.stringify(process.argv.slice(2)) + '\\n');
`;
const SERVER = 'http://inlet.test';
/** Headers that the client sets by itself, or that no operation names. */
const GENERAL_HEADERS = [
  ...['accesskey', 'content-type', 'accept'],
  ...['tus-resumable', 'upload-length', 'upload-metadata', 'upload-offset'],
];

/**
 * Writes TypeScript that makes each `curl` call of a Markdown page with `openapi-fetch` and the types in `openapi.ts`.
 * The shell itself takes the calls apart, so that quotes and variables mean what they mean to the reader.
 * Returns the number of calls. Throws an Error if the document has no operation for one.
 */
export async function writeOpenapiCalls({ page, document, cwd, env }) {
  const calls = (await recordCalls(page, { cwd, env })).map((args) => toCall(args, document.paths));
  const statements = calls.map(({ method, path, body, params }) => {
    const sent = typeof body === 'string' ? bodyOfSameCall(calls, { method, path }) : body;
    const options = JSON.stringify({ params, ...(sent && { body: sent }) }, null, 2);
    return `await client.${method}(${JSON.stringify(path)}, ${options});`;
  });
  const head = `import createClient from 'openapi-fetch';
import type { paths } from './openapi.js';

const client = createClient<paths>({ baseUrl: '${SERVER}', headers: { accesskey: 'secret' } });
`;
  writeFileSync(join(cwd, 'calls.ts'), `${head}${statements.join('\n')}\n`);
  return calls.length;
}

/** Arguments of each call of `curl` in the shell blocks of a page. */
async function recordCalls(page, { cwd, env }) {
  const bin = join(cwd, 'recorder');
  const file = join(cwd, 'calls.jsonl');
  mkdirSync(bin);
  writeFileSync(join(bin, 'curl'), RECORDER);
  chmodSync(join(bin, 'curl'), 0o755);
  const [settings, ...blocks] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block);
  const names = new Set(blocks.join('\n').match(/\$[A-Z]+\b/g));
  const variables = [...names].map((name) => `${name.slice(1)}='${name}'`);
  const script = [settings, ...variables, `INLET=${SERVER}`, ...blocks];
  await run('bash', ['-e', '-c', script.join('\n')], {
    cwd,
    env: { ...env, CALLS: file, PATH: `${bin}${delimiter}${env.PATH}` },
  });
  return readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse);
}

/** The operation that a call means. `body` is a text if the call takes it from a file. */
function toCall(args, paths) {
  let method;
  let url;
  let body;
  const form = {};
  const header = {};
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (arg === '-X') method = args[++index];
    else if (arg === '-d') body = args[++index];
    else if (arg === '--data-binary') {
      // The bytes of a file, which the document does not describe.
      method ??= 'POST';
      index++;
    } else if (arg === '-F') {
      const [name, value] = args[++index].split('=', 2);
      form[name] = value.startsWith('{') ? JSON.parse(value) : value;
    } else if (arg === '-o') index++;
    else if (arg === '-H') {
      const [name, value] = args[++index].split(': ');
      if (!GENERAL_HEADERS.includes(name)) header[name] = value;
    } else if (!arg.startsWith('-')) url = new URL(arg);
  }
  if (Object.keys(form).length > 0) body = JSON.stringify(form);
  method ??= body === undefined ? 'GET' : 'POST';
  const { path, values } = findPath(url.pathname, method, paths);
  const query = Object.fromEntries(
    [...url.searchParams].map(([name, value]) => [
      name,
      /^(\d+|true|false)$/.test(value) ? JSON.parse(value) : value,
    ]),
  );
  const groups = { path: values, query, header };
  const params = Object.fromEntries(
    Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0),
  );
  return { method, path, params, body: body?.startsWith('@') ? body : body && JSON.parse(body) };
}

/** The path of the document that fits best: the one with the fewest parameters. */
function findPath(pathname, method, paths) {
  const segments = pathname.split('/');
  const fits = Object.keys(paths)
    .filter((path) => paths[path][method.toLowerCase()])
    .map((path) => ({ path, names: path.split('/') }))
    .filter(({ names }) => names.length === segments.length)
    .filter(({ names }) => names.every((name, index) => name.startsWith('{') || name === segments[index]))
    .toSorted((one, other) => one.path.split('{').length - other.path.split('{').length);
  const [best] = fits;
  if (!best) throw new Error(`the OpenAPI document has no ${method} ${pathname}`);
  const isParameter = ([name]) => name.startsWith('{');
  const pairs = best.names.map((name, index) => [name, segments[index]]).filter(isParameter);
  return {
    path: best.path,
    values: Object.fromEntries(pairs.map(([name, value]) => [name.slice(1, -1), value])),
  };
}

/** A call with a body from a file stands for another example of the same call. */
function bodyOfSameCall(calls, { method, path }) {
  const other = calls.find(
    (call) => call.method === method && call.path === path && typeof call.body === 'object',
  );
  if (!other) throw new Error(`no example shows the body of ${method} ${path}`);
  return other.body;
}
