/** The keys from `start` up to, but not including, `end`. */
export interface KeyRange {
  start: Buffer;
  end: Buffer;
}

/** Returns the smallest key above every key that begins with `prefix`. */
export function endOfPrefix(prefix: Buffer): Buffer {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] as number;
    if (byte === 0xff) continue;
    const next = Buffer.from(prefix.subarray(0, i + 1));
    next[i] = byte + 1;
    return next;
  }
  return Buffer.concat([prefix, Buffer.of(0xff)]);
}

/** The range of all keys that begin with `prefix`. */
export const keysWithPrefix = (prefix: Buffer): KeyRange => ({ start: prefix, end: endOfPrefix(prefix) });

/** Returns the big-endian bytes of the id of a collection or an index, with which all of its keys begin. */
export function idPrefix(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(id);
  return bytes;
}
