// `npm start`: installs, builds and starts Inlet with its demo, on a machine that has nothing but Node.
import { must, pnpm, requireNode, run } from './pnpm.mjs';

requireNode();
console.log('Installing ...');
await must('Installing', pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }));
console.log('Building ...');
await must('Building', pnpm(['run', 'build'], { quiet: true }));
// glibc gives large buffers back to the system as soon as they are free; other systems ignore these.
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };
const env = {
  ...memory, INLET_DEMO: process.env.INLET_DEMO ?? '1', LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' };
process.exitCode = await run(process.execPath, ['apps/api/dist/cli.js', 'serve'], { env });
