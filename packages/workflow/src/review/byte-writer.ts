/** Bytes that grow as they are written. Numbers are varints: seven bits in each byte, the lowest first. */
export class ByteWriter {
  private bytes: Buffer;
  length = 0;

  constructor(initialBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  varint(value: number): void {
    this.makeRoom(8);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length] = (rest % 128) | 128;
      this.length += 1;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  /** Writes a text behind its length in bytes plus one. */
  text(text: string): void {
    // A short text has a length of one byte, which is known only after the text.
    this.makeRoom(text.length * 3 + 8);
    const start = this.length;
    if (text.length * 3 < 127) {
      const size = this.bytes.write(text, start + 1);
      this.bytes[start] = size + 1;
      this.length = start + 1 + size;
      return;
    }
    const size = Buffer.byteLength(text);
    this.varint(size + 1);
    this.length += this.bytes.write(text, this.length);
  }

  /** Takes what was written and starts again in the same memory. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  private makeRoom(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.length + size, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** Reads what a ByteWriter wrote. Throws a RangeError at the end of the bytes. */
export class ByteReader {
  private readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new RangeError('the page of the sheet ends too early');
      this.at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** undefined for a 0, which stands for no text. */
  text(): string | undefined {
    const size = this.varint() - 1;
    if (size < 0) return undefined;
    const end = this.at + size;
    if (end > this.bytes.length) throw new RangeError('the page of the sheet ends too early');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }
}
