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
  async function measure(documents: number): Promise<{ before: number; after: number }> {
    const directory = temporaryDirectory('memory');
    const { message } = await startProcess('read-large.mjs', [directory, String(documents)]);
    rmSync(directory, { recursive: true, force: true });
    return message as { before: number; after: number };
  }

  it('does not grow with the data: 200 documents of 0.5 to 1 MB are written and read back', async () => {
    const [small, large] = [await measure(40), await measure(240)];
    const grownBy = large.after - large.before;
    const shown = JSON.stringify({ small, large });
    expect(grownBy, shown).toBeLessThan(180);
    expect(large.after, shown).toBeLessThan(small.after * 1.3);
  });
});
