import { expect, test } from 'vitest';
import { rewindable } from './rewindable.js';

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of bytes) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

test('what the head gave comes again, followed by the rest', async () => {
  const { head, all } = rewindable(chunks('one ', 'two ', 'three'));
  for await (const chunk of head) if (chunk.toString() === 'two ') break;
  expect(await textOf(all)).toBe('one two three');
});

test('a head that was read to its end leaves nothing more to fetch', async () => {
  const { head, all } = rewindable(chunks('one ', 'two'));
  expect(await textOf(head)).toBe('one two');
  expect(await textOf(all)).toBe('one two');
});

test('leaving it early closes the source', async () => {
  let isClosed = false;
  async function* source() {
    try {
      yield Buffer.from('one');
      yield Buffer.from('two');
    } finally {
      isClosed = true;
    }
  }
  const { head, all } = rewindable(source());
  for await (const _chunk of head) break;
  expect(isClosed).toBe(false);
  for await (const _chunk of all) break;
  expect(isClosed).toBe(true);
});
