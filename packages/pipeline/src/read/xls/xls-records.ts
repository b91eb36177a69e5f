import { transcodeWindows1252 } from '../windows-1252.js';

const CONTINUE = 0x3c;

/** A record of a workbook stream, with the offsets of its data. */
export interface XlsRecord {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The record at a place of the stream; undefined at its end. */
export function readXlsRecord(stream: Buffer, at: number): XlsRecord | undefined {
  if (at + 4 > stream.length) return undefined;
  const start = at + 4;
  return {
    type: stream.readUInt16LE(at),
    start,
    end: Math.min(start + stream.readUInt16LE(at + 2), stream.length),
  };
}

const IS_WIDE = 1;
const HAS_EXTENSION = 4;
const HAS_RUNS = 8;

/** Decodes the bytes of a text in workbooks before Excel 97, by their code page. */
export type DecodeBytes = (bytes: Buffer) => string;

const ENCODINGS: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  1361: 'euc-kr',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
};

export function decoderOf(codePage: number): DecodeBytes {
  const isWindows = codePage >= 1250 && codePage <= 1258 && codePage !== 1252;
  const encoding = isWindows ? `windows-${codePage}` : ENCODINGS[codePage];
  if (encoding === undefined) return (bytes) => transcodeWindows1252(bytes).toString();
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}

/** Reads values of a record and of the records that continue it. A text may be cut anywhere, and then changes its width. */
export class XlsReader {
  private readonly stream: Buffer;
  private at: number;
  private end: number;

  constructor(stream: Buffer, { start, end }: XlsRecord, offset = 0) {
    this.stream = stream;
    this.at = start + offset;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) this.nextRecord();
    return this.stream.readUInt8(this.at++);
  }

  short(): number {
    return this.byte() | (this.byte() << 8);
  }

  long(): number {
    return (this.short() | (this.short() << 16)) >>> 0;
  }

  /** Text of Excel 97 and later ([MS-XLS] 2.5.293) with its length of one or two bytes. */
  text(lengthBytes: 1 | 2 = 2): string {
    const length = lengthBytes === 1 ? this.byte() : this.short();
    const flags = this.byte();
    const runs = (flags & HAS_RUNS) === 0 ? 0 : this.short();
    const extension = (flags & HAS_EXTENSION) === 0 ? 0 : this.long();
    const text = this.characters(length, (flags & IS_WIDE) !== 0);
    this.skip(4 * runs + extension);
    return text;
  }

  /** Text before Excel 97. */
  oldText(decode: DecodeBytes, lengthBytes: 1 | 2 = 2): string {
    const length = lengthBytes === 1 ? this.byte() : this.short();
    return decode(this.stream.subarray(this.at, Math.min(this.at + length, this.end)));
  }

  private characters(length: number, isWide: boolean): string {
    let text = '';
    let wide = isWide;
    for (let left = length; left > 0; ) {
      if (this.at >= this.end) {
        this.nextRecord();
        wide = (this.byte() & IS_WIDE) !== 0;
      }
      const width = wide ? 2 : 1;
      const count = Math.min(left, Math.floor((this.end - this.at) / width));
      if (count === 0) throw new RangeError('a character is cut in half');
      text += this.stream.toString(wide ? 'utf16le' : 'latin1', this.at, this.at + count * width);
      this.at += count * width;
      left -= count;
    }
    return text;
  }

  private skip(bytes: number): void {
    for (let left = bytes; left > 0; ) {
      if (this.at >= this.end) this.nextRecord();
      const part = Math.min(left, this.end - this.at);
      this.at += part;
      left -= part;
    }
  }

  private nextRecord(): void {
    const next = readXlsRecord(this.stream, this.end);
    if (next?.type !== CONTINUE || next.start === next.end) throw new RangeError('a record is too short');
    this.at = next.start;
    this.end = next.end;
  }
}
