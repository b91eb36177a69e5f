import { describe, expect, it } from 'vitest';
import { readInWindows } from './window-reader.js';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

describe('windows', () => {
  it('begin with what the one before left over', async () => {
    const windows: string[] = [];
    const readWindow = (window: Buffer, isLast: boolean): number => {
      windows.push(`${window}${isLast ? '.' : ''}`);
      return isLast ? window.length : window.length - 1;
    };
    for await (const _ of readInWindows(chunksOf('abcdefgh', 3), readWindow, 3));
    expect(windows).toEqual(['abc', 'cdef', 'fgh', 'h.']);
  });

  it('double while nothing whole comes, so that the bytes shown stay in proportion', async () => {
    const sizes: number[] = [];
    const readWindow = (window: Buffer): number => {
      sizes.push(window.length);
      return 0;
    };
    for await (const _ of readInWindows(chunksOf('x'.repeat(100_000), 1), readWindow, 16));
    expect(sizes.at(-1)).toBe(100_000);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(300_000);
  });

  it('show everything that came before the source failed', async () => {
    const shown: [string, boolean][] = [];
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('ab');
      throw new Error('gone');
    }
    const readWindow = (window: Buffer, isLast: boolean): number => {
      shown.push([window.toString(), isLast]);
      return window.length;
    };
    const run = async () => {
      for await (const _ of readInWindows(failing(), readWindow));
    };
    await expect(run()).rejects.toThrow('gone');
    expect(shown).toEqual([['ab', false]]);
  });
});
