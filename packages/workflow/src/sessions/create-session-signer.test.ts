import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createSessionSigner } from './create-session-signer.js';

const key = Buffer.alloc(32, 7);
const signer = createSessionSigner({ key });

describe('the token of a session', () => {
  it.each(['{}', '', 'ä漢😀', 'x'.repeat(100_000)])('gives back what was signed (%#)', (content) => {
    expect(signer.open(signer.sign(content))).toBe(content);
    expect(createSessionSigner({ key: Buffer.from(key) }).open(signer.sign(content))).toBe(content);
  });

  it('is an HMAC of its content under a key that is derived, and not the key itself', () => {
    const content = deflateRawSync('{"a":1}').toString('base64url');
    const tokenUnder = (by: Buffer) =>
      `v1.${content}.${createHmac('sha256', by).update(`v1.${content}`).digest('base64url')}`;
    const derived = Buffer.from(hkdfSync('sha256', key, '', 'inlet widget session v1', 32));
    expect(signer.sign('{"a":1}')).toBe(tokenUnder(derived));
    expect(signer.open(tokenUnder(key))).toBeNull();
  });

  it('opens under a previous key too, is signed with the current one, and ends with the previous key', () => {
    const nextKey = Buffer.alloc(32, 8);
    const both = createSessionSigner({ key: nextKey, previousKeys: [key] });
    const onlyNext = createSessionSigner({ key: nextKey });
    expect(both.open(signer.sign('{}'))).toBe('{}');
    expect(onlyNext.open(both.sign('{}'))).toBe('{}');
    expect(onlyNext.open(signer.sign('{}'))).toBeNull();
  });

  it('does not open when any one of its characters is another', () => {
    const token = signer.sign('{"projectId":"prj_1","exp":1}');
    // The last character of 32 bytes in base64url holds two bits that mean nothing, so it is left out.
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect([at, signer.open(token.slice(0, at) + other + token.slice(at + 1))]).toEqual([at, null]);
    }
  });

  it.each([
    '',
    'v1',
    'v1..',
    'v1.a.b',
    'null',
    `v1.AA.${'A'.repeat(43)}`,
    `v1.AA.${'A'.repeat(42)}`,
    'v1.é.é',
  ])('is not %j', (text) => {
    expect(signer.open(text)).toBeNull();
  });

  it('is nothing to a server with another key', () => {
    expect(createSessionSigner({ key: randomBytes(32) }).open(signer.sign('{}'))).toBeNull();
  });
});
