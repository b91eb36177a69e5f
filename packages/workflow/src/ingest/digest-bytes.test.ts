import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestBytes } from './digest-bytes.js';

async function* chunks(sizes: readonly number[]) {
  for (const [at, size] of sizes.entries()) yield Buffer.alloc(size, at + 1);
}
const digestOf = (sizes: readonly number[]) =>
  createHash('sha256')
    .update(Buffer.concat(sizes.map((size, at) => Buffer.alloc(size, at + 1))))
    .digest('hex');

async function readChunks(bytes: AsyncIterable<Uint8Array>, count: number) {
  let left = count;
  for await (const _ of bytes) if (--left === 0) return;
}

test('tells the digest of what a reader read to the end', async () => {
  const source = digestBytes(chunks([10, 20, 30]));
  await readChunks(source.bytes, 4);
  expect(await source.whole()).toEqual({ digest: digestOf([10, 20, 30]), bytes: 60 });
});

test('reads the few bytes that a reader left, and returns no digest if many are left', async () => {
  const left = digestBytes(chunks([10, 20, 30]));
  await readChunks(left.bytes, 1);
  expect(await left.whole()).toEqual({ digest: digestOf([10, 20, 30]), bytes: 60 });
  const large = digestBytes(chunks([10, 60_000, 60_000, 60_000]));
  await readChunks(large.bytes, 1);
  expect(await large.whole()).toBeNull();
});

test('the digest of no bytes is that of no bytes', async () => {
  const source = digestBytes(chunks([]));
  await readChunks(source.bytes, 1);
  expect(await source.whole()).toEqual({ digest: digestOf([]), bytes: 0 });
});
