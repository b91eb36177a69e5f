import { ServerError } from '../server-error.js';

const LIMIT_BYTES = 64 * 1024 * 1024;

/** A list of keys in one buffer, which needs little memory. */
export class KeyList {
  private bytes = Buffer.allocUnsafe(4096);
  private ends: Uint32Array = new Uint32Array(256);
  private used = 0;
  length = 0;

  /** @throws ServerError 146 if the list becomes too long. */
  push(key: Buffer): void {
    if (this.used + key.length > this.bytes.length) this.growBytes(key.length);
    if (this.length === this.ends.length) this.growEnds();
    this.used += key.copy(this.bytes, this.used);
    this.ends[this.length++] = this.used;
  }

  at(position: number): Buffer {
    const start = position === 0 ? 0 : this.ends[position - 1];
    return this.bytes.subarray(start, this.ends[position]);
  }

  private growBytes(needed: number): void {
    if (this.used + needed > LIMIT_BYTES) {
      throw new ServerError(
        146,
        'ExceededMemoryLimit',
        'the statement matches too many documents; narrow its filter and repeat it',
      );
    }
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + needed));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }

  private growEnds(): void {
    const larger = new Uint32Array(this.ends.length * 2);
    larger.set(this.ends);
    this.ends = larger;
  }
}
