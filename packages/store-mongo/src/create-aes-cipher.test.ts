import { randomBytes } from 'node:crypto';
import { InletError } from '@inlet/contracts';
import { describe, expect, it } from 'vitest';
import { createAesCipher } from './create-aes-cipher.js';

const key = Buffer.alloc(32, 7);
const cipher = createAesCipher({ key, randomBytes });

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof InletError ? error.code : error;
  }
  return 'nothing was thrown';
}

describe('createAesCipher', () => {
  it.each(['', 'Bearer abc', 'Schlüssel 🔑 \u0000 end', 'x'.repeat(100_000)])(
    'opens what it sealed',
    (text) => {
      expect(cipher.decrypt(cipher.encrypt(text, 'job:1:source'), 'job:1:source')).toBe(text);
    },
  );

  it('writes a versioned form that does not contain the text', () => {
    const sealed = cipher.encrypt('Bearer abc', 'job:1:source');
    const [version, keyId, content = ''] = sealed.split('.');
    expect([version, keyId]).toEqual(['v2', cipher.keyId]);
    expect(content).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(content, 'base64url').length).toBe(12 + 16 + 'Bearer abc'.length);
    expect(Buffer.from(content, 'base64url').includes('Bearer')).toBe(false);
  });

  it('opens texts that were sealed by earlier releases', () => {
    const fixed = createAesCipher({ key, randomBytes: (size) => Buffer.alloc(size, 1) });
    const content = 'AQEBAQEBAQEBAQEBSv-PcUCqXh7f-ah5jwhWZDSE6MX1zcxvs7c';
    expect(fixed.encrypt('Bearer abc', 'job:1:source')).toBe(`v2.e6b5e4b22239.${content}`);
    for (const sealed of [`v1.${content}`, `v2.e6b5e4b22239.${content}`])
      expect(cipher.decrypt(sealed, 'job:1:source')).toBe('Bearer abc');
    expect([cipher.keyIdOf(`v1.${content}`), cipher.keyIdOf(`v2.e6b5e4b22239.${content}`)]).toEqual([
      null,
      'e6b5e4b22239',
    ]);
  });

  it('opens what a previous key sealed, with and without the id of the key, and seals with the current one', () => {
    const next = createAesCipher({
      key: Buffer.alloc(32, 9),
      previousKeys: [Buffer.alloc(32, 8), key],
      randomBytes,
    });
    const withoutId = 'v1.AQEBAQEBAQEBAQEBSv-PcUCqXh7f-ah5jwhWZDSE6MX1zcxvs7c';
    for (const sealed of [withoutId, cipher.encrypt('Bearer abc', 'job:1:source')])
      expect(next.decrypt(sealed, 'job:1:source')).toBe('Bearer abc');
    const sealed = next.encrypt('Bearer abc', 'job:1:source');
    expect(next.keyIdOf(sealed)).toBe(next.keyId);
    expect(next.keyIds).toEqual([next.keyId, expect.anything(), cipher.keyId]);
    expect(() => cipher.decrypt(sealed, 'job:1:source')).toThrow(next.keyId);
  });

  it('seals the same text differently each time', () => {
    expect(cipher.encrypt('a', 'c')).not.toBe(cipher.encrypt('a', 'c'));
  });

  it('does not open a value that was moved to another document', () => {
    const sealed = cipher.encrypt('Bearer abc', 'job:1:source');
    expect(codeOf(() => cipher.decrypt(sealed, 'job:2:source'))).toBe('encryption_key_wrong');
  });

  it('names the setting if the key is wrong', () => {
    const other = createAesCipher({ key: Buffer.alloc(32, 8), randomBytes });
    const sealed = cipher.encrypt('Bearer abc', 'job:1:source');
    expect(() => other.decrypt(sealed, 'job:1:source')).toThrow(/INLET_ENCRYPTION_KEY/);
    expect(() => other.decrypt(sealed, 'job:1:source')).not.toThrow(/Bearer/);
  });

  it('rejects a changed, cut, foreign or unversioned text', () => {
    const sealed = cipher.encrypt('Bearer abc', 'c');
    const head = `v2.${cipher.keyId}.`;
    const flipped = Buffer.from(sealed.slice(head.length), 'base64url');
    flipped[30] = (flipped[30] ?? 0) ^ 1;
    const changed = head + flipped.toString('base64url');
    const otherVersions = [`v2.${sealed.slice(head.length)}`, `v3.${sealed.slice(3)}`, changed.slice(3)];
    for (const text of [changed, sealed.slice(0, 30), ...otherVersions, 'Bearer abc', ''])
      expect(codeOf(() => cipher.decrypt(text, 'c'))).toBe('encryption_key_wrong');
  });

  it.each([0, 16, 31, 33])('rejects a key of %i bytes', (size) => {
    expect(() => createAesCipher({ key: Buffer.alloc(size), randomBytes })).toThrow(/INLET_ENCRYPTION_KEY/);
  });
});
