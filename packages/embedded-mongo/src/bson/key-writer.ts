import type { Code, ObjectId, Timestamp } from 'bson';
import type { BsonDocument } from './bson-document.js';
import { binaryParts, numberParts, regexParts } from './compare-values.js';
import { fieldsOf, TYPE_RANK, typeRank } from './value-type.js';

/** 1 for an ascending field of an index, -1 for a descending one, whose bytes are inverted. */
export type Direction = 1 | -1;

const NUMBER_BYTES = 11;
const OFFSET_OF_FIRST_DATE_MS = 8_640_000_000_000_001;

/**
 * Writes values as bytes that `memcmp` orders as `compareValues` orders the values. Every encoding
 * is prefix-free, so that one key can hold several values in a row:
 *
 *   number     rank, sign-adjusted double (8), remainder (2)      string  rank, bytes, 00 00
 *   objectId   rank, 12 bytes                                     date    rank, unsigned ms (8)
 *   document   rank, { rank of value, name 00 00, value }*, 00    array   rank, value*, 00
 */
export class KeyWriter {
  private buffer: Buffer;
  private readonly scratch = new DataView(new ArrayBuffer(8));
  /** Bytes written so far. */
  length = 0;

  constructor(capacity = 128) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  reset(): this {
    this.length = 0;
    return this;
  }

  /** Returns a copy of the written bytes. */
  take(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  /** Returns the written bytes as a string, for use as the key of a Map. */
  asText(): string {
    return this.buffer.toString('latin1', 0, this.length);
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.length);
    this.length += source.length;
  }

  component(value: unknown, direction: Direction): void {
    const start = this.length;
    this.value(value);
    if (direction < 0) this.invertFrom(start);
  }

  invertFrom(start: number): void {
    for (let i = start; i < this.length; i++) this.buffer[i] = ~(this.buffer[i] as number);
  }

  value(value: unknown): void {
    const rank = typeRank(value);
    if (rank === TYPE_RANK.number) {
      const { nearest, remainder } = numberParts(value);
      this.number(nearest, remainder);
    } else if (rank === TYPE_RANK.string) this.text(String(value));
    else if (rank === TYPE_RANK.objectId) this.objectId((value as ObjectId).id, 0);
    else if (rank === TYPE_RANK.date) this.date(Number(value));
    else if (rank === TYPE_RANK.boolean) this.boolean(value === true);
    else if (rank === TYPE_RANK.object) this.document(fieldsOf(value as BsonDocument));
    else if (rank === TYPE_RANK.array) this.array(value as unknown[]);
    else this.rareValue(rank, value);
  }

  private text(text: string): void {
    this.byte(TYPE_RANK.string);
    this.string(text);
  }

  private array(elements: unknown[]): void {
    this.byte(TYPE_RANK.array);
    for (const element of elements) this.value(element);
    this.byte(0);
  }

  private rareValue(rank: number, value: unknown): void {
    this.byte(rank);
    if (rank === TYPE_RANK.binary) {
      const { bytes, subtype } = binaryParts(value);
      this.uint32(bytes.length);
      this.byte(subtype);
      this.bytes(bytes);
    } else if (rank === TYPE_RANK.timestamp) {
      this.uint32((value as Timestamp).high);
      this.uint32((value as Timestamp).low);
    } else if (rank === TYPE_RANK.regex) {
      for (const part of regexParts(value)) this.string(part);
    } else if (rank === TYPE_RANK.code) this.string((value as Code).code);
  }

  private document(fields: BsonDocument): void {
    this.byte(TYPE_RANK.object);
    for (const [name, value] of Object.entries(fields)) {
      this.byte(typeRank(value));
      this.string(name);
      this.value(value);
    }
    this.byte(0);
  }

  /**
   * Writes a scalar from its BSON bytes, so that the document need not be decoded.
   *
   * @returns false, with nothing written, for types that need decoding.
   */
  rawScalar(type: number, source: Buffer, at: number): boolean {
    switch (type) {
      case 0x01:
        this.number(source.readDoubleLE(at), 0);
        return true;
      case 0x02:
        this.byte(TYPE_RANK.string);
        this.escaped(source, at + 4, at + 3 + source.readInt32LE(at));
        return true;
      case 0x07:
        this.objectId(source, at);
        return true;
      case 0x08:
        this.boolean(source[at] === 1);
        return true;
      case 0x09:
        this.date(source.readInt32LE(at + 4) * 4294967296 + source.readUInt32LE(at));
        return true;
      case 0x0a:
        this.byte(TYPE_RANK.null);
        return true;
      case 0x10:
        this.number(source.readInt32LE(at), 0);
        return true;
      case 0x12:
        return this.rawSafeInt64(source, at);
      default:
        return false;
    }
  }

  private rawSafeInt64(source: Buffer, at: number): boolean {
    const high = source.readInt32LE(at + 4);
    if (high > 0x1fffff || high < -0x200000) return false;
    this.number(high * 4294967296 + source.readUInt32LE(at), 0);
    return true;
  }

  private number(nearest: number, remainder: number): void {
    this.reserve(NUMBER_BYTES);
    this.buffer[this.length] = TYPE_RANK.number;
    this.double(nearest);
    this.buffer.writeUInt16BE(0x8000 + remainder, this.length + 9);
    this.length += NUMBER_BYTES;
  }

  /** Positive doubles get their sign bit set and negative ones are inverted; NaN comes first. */
  private double(value: number): void {
    this.scratch.setFloat64(0, value === 0 ? 0 : value);
    const high = this.scratch.getUint32(0);
    const low = this.scratch.getUint32(4);
    const isNegative = high >= 0x80000000;
    const isNumber = !Number.isNaN(value);
    this.buffer.writeUInt32BE(isNumber ? (isNegative ? ~high : high | 0x80000000) >>> 0 : 0, this.length + 1);
    this.buffer.writeUInt32BE(isNumber ? (isNegative ? ~low >>> 0 : low) : 0, this.length + 5);
  }

  private date(ms: number): void {
    this.reserve(9);
    const limited = Number.isNaN(ms) ? -8.64e15 : Math.min(8.64e15, Math.max(-8.64e15, ms));
    const positive = limited + OFFSET_OF_FIRST_DATE_MS;
    this.buffer[this.length] = TYPE_RANK.date;
    this.buffer.writeUInt32BE(Math.floor(positive / 4294967296), this.length + 1);
    this.buffer.writeUInt32BE((positive % 4294967296) >>> 0, this.length + 5);
    this.length += 9;
  }

  private objectId(source: Uint8Array, at: number): void {
    this.reserve(13);
    this.buffer[this.length] = TYPE_RANK.objectId;
    for (let i = 0; i < 12; i++) this.buffer[this.length + 1 + i] = source[at + i] as number;
    this.length += 13;
  }

  private boolean(value: boolean): void {
    this.byte(TYPE_RANK.boolean);
    this.byte(value ? 1 : 0);
  }

  private string(text: string): void {
    if (text.includes('\0')) {
      const utf8 = Buffer.from(text);
      this.escaped(utf8, 0, utf8.length);
      return;
    }
    this.reserve(text.length * 3 + 2);
    this.length += this.buffer.write(text, this.length);
    this.buffer[this.length++] = 0;
    this.buffer[this.length++] = 0;
  }

  /** Writes bytes with 00 as 00 ff, and 00 00 at the end. */
  private escaped(source: Uint8Array, start: number, end: number): void {
    this.reserve((end - start) * 2 + 2);
    const target = this.buffer;
    let position = this.length;
    for (let i = start; i < end; i++) {
      const byte = source[i] as number;
      target[position++] = byte;
      if (byte === 0) target[position++] = 0xff;
    }
    target[position++] = 0;
    target[position++] = 0;
    this.length = position;
  }

  private byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  private uint32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(value >>> 0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + count));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** Returns the order-preserving bytes of one value. */
export function keyOf(value: unknown): Buffer {
  const writer = new KeyWriter();
  writer.value(value);
  return writer.take();
}
