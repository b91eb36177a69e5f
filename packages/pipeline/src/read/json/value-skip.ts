import { CLOSE_BRACE, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-cursor.js';

const LF = 10;
const BACKSLASH = 92;

/** Bytes that matter outside of a string. */
const STRUCTURE = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number([QUOTE, OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACE, CLOSE_BRACKET].includes(byte)),
);

/** Finds the end of a record that is too large to be read, in consecutive blocks, of which it keeps nothing. */
export interface RecordSkip {
  /** Returns the offset after the record; -1 if it is not among the bytes. */
  findEnd(bytes: Buffer, from: number, to: number): number;
}

/** Skips a line, up to its line feed. */
export const lineSkip: RecordSkip = {
  findEnd(bytes, from, to) {
    const end = bytes.indexOf(LF, from);
    return end < to ? end : -1;
  },
};

/** Skips an object, array or string, without checking what is in it. */
export class ValueSkip implements RecordSkip {
  private depth = 0;
  private isInString = false;
  private isEscaped = false;

  findEnd(bytes: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]!;
      if (this.isInString) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === BACKSLASH) this.isEscaped = true;
        else if (byte === QUOTE) this.isInString = false;
        if (this.isInString || this.depth > 0) continue;
        return at + 1;
      }
      if (STRUCTURE[byte] === 0) continue;
      if (byte === QUOTE) this.isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.depth += 1;
      else {
        this.depth -= 1;
        if (this.depth <= 0) return at + 1;
      }
    }
    return -1;
  }
}
