import { isAscii } from 'node:buffer';

/** Tracks the position of the window in the source, to translate offsets into lines and columns. */
export class LineCounter {
  private line = 1;
  private column = 1;

  /** Line and column (in characters) of an offset in the window, both from 1. */
  positionOf(bytes: Buffer, offset: number): { line: number; column: number } {
    const before = bytes.subarray(0, offset);
    const last = before.lastIndexOf(10);
    const inLine = charactersIn(before.subarray(last + 1));
    return {
      line: this.line + newlinesIn(before.toString('latin1')),
      column: last < 0 ? this.column + inLine : inLine + 1,
    };
  }

  /** Moves the beginning of the window by `length` bytes. */
  advance(bytes: Buffer, text: string, length: number): void {
    let last = -1;
    for (let at = text.indexOf('\n'); at >= 0 && at < length; at = text.indexOf('\n', at + 1)) {
      this.line += 1;
      last = at;
    }
    const inLine = charactersIn(bytes.subarray(last + 1, length));
    this.column = last < 0 ? this.column + inLine : inLine + 1;
  }
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Every byte of UTF-8 except continuation bytes begins a character. */
function charactersIn(bytes: Buffer): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count += 1;
  return count;
}
