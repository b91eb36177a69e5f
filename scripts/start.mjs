// `npm start`: installs, builds and starts Inlet with its demo. Needs nothing but Node.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { must, pnpm, ROOT, requireNode, run } from './pnpm.mjs';
import { nextFreePort, tryPort } from './ports.mjs';
import { createProgress } from './progress.mjs';
import { SERVER_ARGS, SERVER_ENVIRONMENT } from './server-runtime.mjs';

/** With everything that they need. `npm test` checks the types. */
const COMPILED = ['apps/api', 'apps/widget', 'apps/playground', 'packages/client', 'packages/react'];

requireNode();
await requireFreePort();

const progress = createProgress();
const install = ['install', '--frozen-lockfile', '--reporter=append-only'];
// The tools for changing Inlet are development dependencies. They stay once `npm test` has installed them.
if (!existsSync(join(ROOT, 'node_modules/vitest'))) install.push('--prod');
progress.begin('Installing packages', { usually: 'up to a minute the first time' });
const onLine = (line) => progress.update(installedOf(line));
await must('Installing', pnpm(install, { onLine }));
progress.begin('Compiling', { usually: 'about 15 seconds the first time' });
const compile = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', '--noCheck', ...COMPILED];
await must('Compiling', run(process.execPath, compile));
progress.begin('Bundling the widget and the demo', { usually: 'about 10 seconds the first time' });
await must('Bundling', run(process.execPath, ['scripts/bundle.mjs'], { quiet: true }));
progress.begin('Starting');
progress.end();

const env = {
  ...SERVER_ENVIRONMENT,
  INLET_DEMO: process.env.INLET_DEMO ?? '1',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
};
process.exitCode = await run(process.execPath, [...SERVER_ARGS, 'apps/api/dist/cli.js', 'serve'], { env });

/** Ends this process with a sentence if the port of the server is in use. The server reports every other fault. */
async function requireFreePort() {
  const { PORT = '4000', HOST = '127.0.0.1' } = process.env;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 1 || (await tryPort(port, HOST)) !== 'EADDRINUSE') return;
  const free = await nextFreePort(port, HOST);
  console.error(`Port ${port} is in use, perhaps by another Inlet. This one is free: PORT=${free} npm start`);
  process.exit(1);
}

/** How many packages are in place, from a line of pnpm; undefined for other lines. */
function installedOf(line) {
  const counts = /^Progress: resolved (\d+), .*?added (\d+)/.exec(line);
  return counts ? `${counts[2]} packages` : undefined;
}
