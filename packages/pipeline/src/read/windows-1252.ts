/** Code points of the bytes 0x80 to 0x9f; the five undefined ones are controls, as in the WHATWG standard. */
const HIGH_CONTROLS = [
  0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,
  0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0x9d, 0x017e, 0x0178,
] as const;

/** Returns bytes outside 0x80 to 0x9f unchanged, and those without a character. */
export function windows1252CodePoint(byte: number): number {
  return byte >= 0x80 && byte <= 0x9f ? (HIGH_CONTROLS[byte - 0x80] ?? byte) : byte;
}

/** Whether windows-1252 defines a character for this byte. */
export function isWindows1252Character(byte: number): boolean {
  return windows1252CodePoint(byte) !== byte || byte < 0x80 || byte > 0x9f;
}

/**
 * Windows-1252 to UTF-8. Does not use `TextDecoder`: in several Node versions (20.20 among them) its windows-1252 is
 * plain ISO-8859-1, which turns curly quotes and the euro sign into invisible control characters.
 */
export function transcodeWindows1252(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length * 3);
  let length = 0;
  // An index is faster than an iterator.
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      out[length++] = byte;
      continue;
    }
    const point = windows1252CodePoint(byte);
    if (point < 0x800) {
      out[length++] = 0xc0 | (point >> 6);
      out[length++] = 0x80 | (point & 0x3f);
    } else {
      out[length++] = 0xe0 | (point >> 12);
      out[length++] = 0x80 | ((point >> 6) & 0x3f);
      out[length++] = 0x80 | (point & 0x3f);
    }
  }
  return out.subarray(0, length);
}
