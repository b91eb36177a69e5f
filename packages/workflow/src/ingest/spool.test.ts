import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spool } from './spool.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'inlet-spool-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const BYTES = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at % 251));
const DIGEST = createHash('sha256').update(BYTES).digest('hex');

async function* chunks(options: { size?: number; fault?: Error } = {}) {
  const { size = 1000, fault } = options;
  for (let at = 0; at < BYTES.length; at += size) yield BYTES.subarray(at, at + size);
  if (fault) throw fault;
}

async function allOf(bytes: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = [];
  for await (const chunk of bytes) all.push(chunk);
  return Buffer.concat(all);
}

test.each([
  ['in memory', 100_000],
  ['on disk, all but a rest', 7000],
  ['on disk, in many pieces', 1],
])('returns the digest of all bytes, then the bytes: %s', async (_, memoryBytes) => {
  const seen: number[] = [];
  const spooled = await spool(chunks(), { dir, memoryBytes, onBytes: (bytes) => seen.push(bytes) });
  expect(spooled.body).toEqual({ digest: DIGEST, bytes: 50_000 });
  expect([seen.length, seen.at(-1)]).toEqual([50, 50_000]);
  expect((await allOf(spooled.bytes)).equals(BYTES)).toBe(true);
  await spooled.close();
});

test('leaves no name on the disk, not even while the file is in use', async () => {
  const spooled = await spool(chunks(), { dir, memoryBytes: 1000 });
  expect(readdirSync(dir)).toEqual([]);
  await spooled.close();
});

test('passes the bytes on without a digest if the disk fails', async () => {
  const spooled = await spool(chunks(), { dir: join(dir, 'missing'), memoryBytes: 7000 });
  expect(spooled.body).toBeNull();
  expect((await allOf(spooled.bytes)).equals(BYTES)).toBe(true);
  await spooled.close();
});

test('fails as the source fails', async () => {
  const fault = new Error('cable cut');
  await expect(spool(chunks({ fault }), { dir, memoryBytes: 1000 })).rejects.toBe(fault);
});
