import { damaged } from '../xlsx/open-package.js';

/** Called with the type of a record and its data, which is valid during the call only. */
export type OnRecord = (type: number, data: Buffer) => void;

const LONGEST_RECORD = 16_777_216;

/**
 * Cuts a part of an XLSB workbook into records: a type of up to two bytes, a size of up to four, each with seven bits of
 * the number ([MS-XLSB] 2.1.4), and the data. Chunks may be cut anywhere.
 */
export class BinaryRecords {
  private readonly onRecord: OnRecord;
  private rest: Buffer = Buffer.alloc(0);

  constructor(onRecord: OnRecord) {
    this.onRecord = onRecord;
  }

  push(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (;;) {
      const next = this.readRecord(bytes, at);
      if (next < 0) break;
      at = next;
    }
    this.rest = bytes.subarray(at);
    if (this.rest.length > LONGEST_RECORD) throw damaged('a record in it does not end');
  }

  /** Returns the offset of the next record; -1 if the bytes end before it. */
  private readRecord(bytes: Buffer, start: number): number {
    let at = start;
    let type = bytes[at++] ?? 0;
    if (type >= 0x80) type = (type & 0x7f) | (((bytes[at++] ?? 0) & 0x7f) << 7);
    let size = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return -1;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (at + size > bytes.length) return -1;
    this.onRecord(type, bytes.subarray(at, at + size));
    return at + size;
  }
}

/** Reads the records of a part, or as many as `isDone` allows. Throws `source_malformed` for a record that is too short. */
export async function readBinaryRecords(
  chunks: AsyncIterable<Buffer>,
  onRecord: OnRecord,
  isDone: () => boolean = () => false,
): Promise<void> {
  const records = new BinaryRecords(onRecord);
  for await (const chunk of chunks) {
    pushRecords(records, chunk);
    if (isDone()) return;
  }
}

export function pushRecords(records: BinaryRecords, chunk: Buffer): void {
  try {
    records.push(chunk);
  } catch (error) {
    throw error instanceof RangeError ? damaged('a record in it is too short', error) : error;
  }
}

/** A text with its length in front; null for none. */
export function readWideText(data: Buffer, at: number): { text: string; end: number } {
  const length = data.readUInt32LE(at);
  if (length === 0xffff_ffff) return { text: '', end: at + 4 };
  const end = at + 4 + 2 * length;
  if (end > data.length) throw new RangeError('the text is longer than its record');
  return { text: data.toString('utf16le', at + 4, end), end };
}
