import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('loads outside of vitest, as benchmarks need it', async () => {
  const script = "console.log(typeof (await import('@inlet/testing')).startReceiver)";
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
  });
  expect(stdout).toBe('function\n');
});
