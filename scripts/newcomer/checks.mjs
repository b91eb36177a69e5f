import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOpenapiCalls } from './openapi-calls.mjs';
import { run } from './shell.mjs';

/** Installed here and not in the workspace: some need another TypeScript than ours. */
const TOOLS = {
  '@arethetypeswrong/cli': '0.18.5',
  '@redocly/cli': '2.77.0',
  'openapi-fetch': '0.17.0',
  'openapi-typescript': '7.13.0',
  publint: '0.3.25',
  typescript: '5.9.3',
};
const PACKAGES = ['client', 'contracts', 'embed', 'react'];

async function installTools(context) {
  if (context.tools) return context.tools;
  const cwd = join(context.home, 'tools');
  mkdirSync(cwd);
  const manifest = { name: 'tools', private: true, type: 'module', dependencies: TOOLS };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund'], { cwd, env: context.env });
  context.tools = cwd;
  return cwd;
}

/** Lints the tarballs that the server serves. The packages are ESM only, which `require` of Node 20.19 and newer loads. */
export async function checkPackages(context) {
  const { env, address } = context;
  const cwd = await installTools(context);
  for (const name of PACKAGES) {
    const file = join(cwd, `${name}.tgz`);
    const response = await fetch(`${address}/packages/${name}.tgz`);
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    await run('npx', ['publint', 'run', file, '--strict'], { cwd, env });
    await run('npx', ['attw', file, '--profile', 'esm-only', '--no-emoji'], { cwd, env });
  }
}

/** Lints the OpenAPI document, and makes each call of docs/api.md with a client of its generated types. */
export async function checkOpenapi(context) {
  const { clone, env, address } = context;
  const cwd = await installTools(context);
  const document = await (await fetch(`${address}/openapi.json`)).text();
  writeFileSync(join(cwd, 'openapi.json'), document);
  writeFileSync(join(cwd, 'redocly.yaml'), 'extends:\n  - recommended\n');
  await run('npx', ['redocly', 'lint', 'openapi.json'], { cwd, env: { ...env, REDOCLY_TELEMETRY: 'off' } });
  await run('npx', ['openapi-typescript', 'openapi.json', '-o', 'openapi.ts'], { cwd, env });
  const page = readFileSync(join(clone, 'docs/api.md'), 'utf8');
  const count = await writeOpenapiCalls({ page, document: JSON.parse(document), cwd, env });
  const compiler = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];
  await run('npx', ['tsc', ...compiler, 'calls.ts'], { cwd, env });
  console.log(`  ${count} calls of docs/api.md fit the types`);
}
