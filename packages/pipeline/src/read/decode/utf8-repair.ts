import { isAscii, isUtf8 } from 'node:buffer';
import { isWindows1252Character, transcodeWindows1252 } from '../windows-1252.js';

const REPLACEMENT = Buffer.from('\ufffd');

/** Bytes of the sequence that this lead byte begins; 0 if it is not a lead byte. */
export function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** The second byte has a narrower range after four lead bytes (Unicode 15, table 3-7). */
function isSecondByte(lead: number, byte: number): boolean {
  if (lead === 0xe0) return byte >= 0xa0 && byte <= 0xbf;
  if (lead === 0xed) return byte >= 0x80 && byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90 && byte <= 0xbf;
  if (lead === 0xf4) return byte >= 0x80 && byte <= 0x8f;
  return byte >= 0x80 && byte <= 0xbf;
}

/** Length of the valid beginning of the sequence at `at`: the whole sequence, or the part before its first fault. */
export function wellFormedPart(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = sequenceLength(lead);
  let part = 1;
  while (part < length && at + part < bytes.length) {
    const byte = bytes[at + part] ?? 0;
    const fits = part === 1 ? isSecondByte(lead, byte) : byte >= 0x80 && byte <= 0xbf;
    if (!fits) break;
    part += 1;
  }
  return part;
}

/** Length of the unfinished sequence at the end, which the next chunk may complete. */
export function unfinishedTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/**
 * Passes UTF-8 through and repairs invalid bytes one fault at a time, so that the result depends on the bytes alone
 * and not on the chunks:
 *
 * - a stray byte becomes its windows-1252 character (the file has the wrong label, or text was pasted into it);
 * - a sequence that was cut short becomes U+FFFD if valid sequences came before it; otherwise it is two or three
 *   windows-1252 characters (`é»` in a French text);
 * - a byte without a windows-1252 character becomes U+FFFD.
 */
export class Utf8Repair {
  private carry: Buffer = Buffer.alloc(0);
  private hasSeenSequences = false;
  private offset = 0;
  /** Offset of the first byte that is not UTF-8; undefined until one is found. */
  firstFault: number | undefined;

  push(chunk: Buffer): Buffer {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]);
    const tail = unfinishedTail(bytes);
    this.carry = bytes.subarray(bytes.length - tail);
    return this.toUtf8(bytes.subarray(0, bytes.length - tail));
  }

  finish(): Buffer {
    const rest = this.carry;
    this.carry = Buffer.alloc(0);
    return this.toUtf8(rest);
  }

  private toUtf8(bytes: Buffer): Buffer {
    const isFine = isUtf8(bytes);
    const result = isFine ? bytes : this.repair(bytes);
    if (isFine && !this.hasSeenSequences) this.hasSeenSequences = !isAscii(bytes);
    this.offset += bytes.length;
    return result;
  }

  private repair(bytes: Buffer): Buffer {
    const parts: Buffer[] = [];
    let fine = 0;
    let at = 0;
    while (at < bytes.length) {
      const lead = bytes[at] ?? 0;
      if (lead < 0x80) {
        at += 1;
        continue;
      }
      const part = wellFormedPart(bytes, at);
      if (part === sequenceLength(lead)) {
        this.hasSeenSequences = true;
      } else {
        this.firstFault ??= this.offset + at;
        parts.push(bytes.subarray(fine, at), this.replace(bytes.subarray(at, at + part)));
        fine = at + part;
      }
      at += part;
    }
    parts.push(bytes.subarray(fine));
    return Buffer.concat(parts);
  }

  private replace(fault: Buffer): Buffer {
    if (fault.length > 1 && this.hasSeenSequences) return REPLACEMENT;
    return Buffer.concat(
      [...fault].map((byte) =>
        isWindows1252Character(byte) ? transcodeWindows1252(Buffer.of(byte)) : REPLACEMENT,
      ),
    );
  }
}
