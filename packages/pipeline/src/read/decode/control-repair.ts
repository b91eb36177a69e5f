import { isAscii } from 'node:buffer';
import { replaceControl } from '../control-characters.js';

const C1_LEAD = 0xc2;
/** C0 controls, except tab, line feed and carriage return. */
const IS_CONTROL = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte < 32 && byte !== 9 && byte !== 10 && byte !== 13),
);
const NO_WORDS = new Int32Array(0);
const REPLACEMENTS = Array.from({ length: 0xa0 }, (_, code) => Buffer.from(replaceControl(code)));

/**
 * Replaces control characters in UTF-8 that is not cut inside a character; see `replaceControl`. Returns the same bytes
 * if there are none, which is checked four bytes at a time. `kept` is a control that separates cells.
 */
export function repairControls(bytes: Buffer, kept: number | undefined): Buffer {
  const at = Math.min(findC0(bytes, kept), findC1(bytes, 0));
  return at === Number.POSITIVE_INFINITY ? bytes : repairFrom(bytes, at, kept);
}

function findC0(bytes: Buffer, kept: number | undefined): number {
  const { buffer, byteOffset, length } = bytes;
  const isControl = (at: number): boolean => IS_CONTROL[bytes[at]!] === 1 && bytes[at] !== kept;
  let at = 0;
  for (; at < length && ((byteOffset + at) & 3) !== 0; at += 1) if (isControl(at)) return at;
  const count = (length - at) >> 2;
  const words = count === 0 ? NO_WORDS : new Int32Array(buffer, byteOffset + at, count);
  for (let n = 0; n < words.length; n += 1) {
    const word = words[n]!;
    // Not zero if a byte is below 32 (Bit Twiddling Hacks, "Determine if a word has a byte less than n").
    if (((word - 0x20202020) & ~word & 0x80808080) === 0) continue;
    const from = at + 4 * n;
    for (let byte = from; byte < from + 4; byte += 1) if (isControl(byte)) return byte;
  }
  for (at += 4 * words.length; at < length; at += 1) if (isControl(at)) return at;
  return Number.POSITIVE_INFINITY;
}

function findC1(bytes: Buffer, from: number): number {
  if (isAscii(bytes)) return Number.POSITIVE_INFINITY;
  for (let at = bytes.indexOf(C1_LEAD, from); at >= 0; at = bytes.indexOf(C1_LEAD, at + 1))
    if (isC1(bytes, at)) return at;
  return Number.POSITIVE_INFINITY;
}

function isC1(bytes: Buffer, at: number): boolean {
  return bytes[at] === C1_LEAD && bytes[at + 1]! < 0xa0;
}

function repairFrom(bytes: Buffer, start: number, kept: number | undefined): Buffer {
  const parts: Buffer[] = [bytes.subarray(0, start)];
  let fine = start;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    const isLong = isC1(bytes, at);
    if (!isLong && (IS_CONTROL[byte] === 0 || byte === kept)) continue;
    parts.push(bytes.subarray(fine, at), REPLACEMENTS[isLong ? bytes[at + 1]! : byte]!);
    if (isLong) at += 1;
    fine = at + 1;
  }
  parts.push(bytes.subarray(fine));
  return Buffer.concat(parts);
}
