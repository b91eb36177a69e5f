import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from './gunzip.js';

async function unpack(packed: Uint8Array, size = packed.length): Promise<string> {
  const chunks = (async function* () {
    for (let at = 0; at < packed.length; at += size) yield packed.subarray(at, at + size);
  })();
  const pieces: Uint8Array[] = [];
  for await (const piece of gunzip(chunks, 65_536)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const text = Array.from({ length: 1000 }, (_, number) => `line ${number * 7919}\n`).join('');
const packed = gzipSync(text);

describe('gzip data', () => {
  it.each([1, 3, 1000, 1_000_000])('is unpacked in chunks of %i bytes', async (size) => {
    expect((await unpack(packed, size)) === text).toBe(true);
  });

  it.each([
    ['zeros', Buffer.alloc(600)],
    ['text', Buffer.from('</html> trailing text')],
    ['the beginning of a magic number', Buffer.of(0x1f, 0x8b)],
  ])('may be followed by %s', async (_, tail) => {
    for (const size of [1, 7, packed.length, 1_000_000])
      expect((await unpack(Buffer.concat([packed, tail]), size)) === text).toBe(true);
  });

  it('may have several members, and headers with all fields', async () => {
    const body = deflateRawSync('second');
    const trailer = gzipSync('second').subarray(-8);
    const header = Buffer.of(0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 255, 3, 0, 1, 2, 3);
    const fields = Buffer.concat([header, Buffer.from('name\0comment\0'), Buffer.of(0, 0)]);
    const two = Buffer.concat([gzipSync('first '), fields, body, trailer]);
    for (const size of [1, two.length]) expect(await unpack(two, size)).toBe('first second');
    expect(await unpack(gzipSync(''))).toBe('');
  });

  it.each([0, 1, 4, 8, 9, 2000])('that lacks its last %i bytes is incomplete', async (missing) => {
    const cut = packed.subarray(0, packed.length - missing);
    if (missing === 0) expect(await unpack(cut)).toBe(gunzipSync(cut).toString());
    else await expect(unpack(cut)).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });

  it.each([50, 1000, packed.length - 6, packed.length - 2])(
    'that is damaged at byte %i fails',
    async (at) => {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await expect(unpack(damaged)).rejects.toMatchObject({ code: expect.stringMatching(/^Z_/) });
    },
  );
});
