import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliProcesses } from '@inlet/testing';
import { type TestDatabase, testDatabase, WITHOUT_EMBEDDED } from '@inlet/testing/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let directory: string;
let database: TestDatabase;
const { output, serve, kill } = cliProcesses(() => database.environment);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'inlet-thread-'));
  database = testDatabase();
});
afterEach(async () => {
  await kill();
  await database.forget();
  rmSync(directory, { recursive: true, force: true });
});

/** Code that Node runs first in every thread of the server; `work` runs in the thread of the database on demand. */
function preload(work: string): { environment: Record<string, string>; trigger: () => void } {
  const [script, signal] = [join(directory, 'preload.cjs'), join(directory, 'now')];
  writeFileSync(
    script,
    `const { isMainThread, workerData } = require('node:worker_threads');
     const { existsSync } = require('node:fs');
     const isDatabase = !isMainThread && workerData?.gateMemory !== undefined;
     if (isDatabase) setInterval(() => { if (existsSync(${JSON.stringify(signal)})) { ${work} } }, 20);`,
  );
  return {
    environment: { NODE_OPTIONS: `--require ${script} --max-old-space-size=160` },
    trigger: () => writeFileSync(signal, ''),
  };
}

describe.skipIf(WITHOUT_EMBEDDED !== undefined)('a server whose database thread', () => {
  it.each([
    ['ends', 'process.exit(0);'],
    ['throws', "throw new Error('a fault');"],
    ['runs out of memory', 'const all = []; for (;;) all.push(new Array(1000).fill({}));'],
  ])(
    '%s ends at once with a sentence and exit code 1, and starts again with its data',
    async (_how, work) => {
      const { environment, trigger } = preload(work);
      const server = await serve(environment);
      expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
      const { code } = await output(['project', 'create', '--name', 'Shop']);
      expect(code).toBe(0);
      trigger();
      expect(await server.ended).toEqual({ code: 1, signal: null });
      const { level } = await server.said('the embedded database ended, so Inlet ends too; start it again');
      expect(level).toBe('fatal');
      const listed = await output(['project', 'list']);
      expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('Shop') });
    },
  );
});
