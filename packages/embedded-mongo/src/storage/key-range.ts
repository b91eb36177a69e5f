import type { KeyRange } from './environment.js';

/** The smallest key above every key that begins with `prefix`. */
export function after(prefix: Buffer): Buffer {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] as number;
    if (byte === 0xff) continue;
    const next = Buffer.from(prefix.subarray(0, i + 1));
    next[i] = byte + 1;
    return next;
  }
  return Buffer.concat([prefix, Buffer.of(0xff)]);
}

/** All keys that begin with `prefix`. */
export const keysWithPrefix = (prefix: Buffer): KeyRange => ({ start: prefix, end: after(prefix) });

/** The big-endian bytes of a collection's or an index's number, which begin each of its keys. */
export function idPrefix(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(id);
  return bytes;
}
