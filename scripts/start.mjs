// `npm start`: installs, builds and starts Inlet with its demo. Needs nothing but Node.
import { must, pnpm, requireNode, run } from './pnpm.mjs';
import { SERVER_ARGS, SERVER_ENVIRONMENT } from './server-runtime.mjs';

requireNode();
console.log('Installing ...');
await must('Installing', pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }));
console.log('Building ...');
await must('Building', pnpm(['run', 'build'], { quiet: true }));
const env = {
  ...SERVER_ENVIRONMENT,
  INLET_DEMO: process.env.INLET_DEMO ?? '1',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
};
process.exitCode = await run(process.execPath, [...SERVER_ARGS, 'apps/api/dist/cli.js', 'serve'], { env });
