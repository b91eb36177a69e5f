import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findLowLimit } from './find-low-limit.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const NONE = Number.POSITIVE_INFINITY;
const limits = { openFiles: NONE, addressSpaceBytes: NONE, heapBytes: NONE };

describe('findLowLimit', () => {
  it('accepts the limits of this process, and no limits', () => {
    expect([findLowLimit(), findLowLimit(limits)]).toEqual([null, null]);
  });

  it.each([
    [
      { openFiles: 32 },
      /^This process may open 32 files, but needs at least 512: raise the limit \(ulimit -n,/,
    ],
    [
      { addressSpaceBytes: 2 ** 31 },
      /^This process may use 2048 MB of addresses, but needs 12 GB, .+ulimit -v/,
    ],
    [{ heapBytes: 50 * 2 ** 20 }, /^This process may use 50 MB for its objects, .+--max-old-space-size/],
  ])('names %j and what to do', (low, sentence) => {
    expect(findLowLimit({ ...limits, ...low })).toMatch(sentence);
  });
});

describe.skipIf(process.platform !== 'linux')('a command under a low limit (skipped if not on Linux)', () => {
  it.each([
    ['ulimit -n 32', [], /^This process may open 32 files, [^\n]+\.\n$/],
    ['ulimit -n 256', [], /^This process may open 256 files, [^\n]+\.\n$/],
    ['ulimit -v 4000000', [], /^This process may use 3906 MB of addresses, [^\n]+\.\n$/],
    ['true', ['--max-old-space-size=16'], /^This process may use \d+ MB for its objects, [^\n]+\.\n$/],
  ])('ends with one sentence and exit code 1: %s %j', (limit, nodeOptions, sentence) => {
    expect(printVersion(limit, nodeOptions)).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
  });

  it('loads all modules with as many files as it asks for', () => {
    expect(printVersion('ulimit -n 512', [])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
      stderr: '',
    });
  });
});

function printVersion(
  limit: string,
  nodeOptions: readonly string[],
): Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'> {
  const command = `${limit}; exec "$@"`;
  const args = ['-c', command, 'sh', process.execPath, ...nodeOptions, CLI, 'version'];
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}
