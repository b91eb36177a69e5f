import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { validateEmbeddedMongo } from '../dist/index.js';
import { startProcess } from './processes/start-process.js';
import { temporaryDirectory } from './start-test-server.js';

const dataDir = temporaryDirectory('end');
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('a process that ends without closing its server, during a write', () => {
  it.each([
    ['exit', 60, 0],
    ['exit', 110, 0],
    ['exit', 170, 0],
    ['throw', 130, 1],
  ])('by %s after %d ms exits, and the data is valid', async (way, afterMs, exitCode) => {
    const { child } = await startProcess('exit-while-writing.mjs', [dataDir, way, String(afterMs)], {
      stdio: 'ignore',
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(exitCode);
    expect((await validateEmbeddedMongo(dataDir)).isValid).toBe(true);
  });
});

describe('memory', () => {
  it('does not grow with the data: 450 MB in 600 documents are written and read back', async () => {
    const directory = temporaryDirectory('memory');
    const { message } = await startProcess('read-large.mjs', [directory, '600'], {
      execArgv: ['--expose-gc'],
    });
    rmSync(directory, { recursive: true, force: true });
    const { before, after } = message as { before: number; after: number };
    // 110 to 160 MB, as after a third of the data: pages and buffers that wait to be used again.
    expect(after - before).toBeLessThan(250);
  });
});
