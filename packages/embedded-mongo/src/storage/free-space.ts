import { statfsSync } from 'node:fs';
import { outOfDiskSpace } from '../server-error.js';

export interface FreeSpaceOptions {
  dataDir: string;
  /** Writes that add data are refused if less would be left. */
  reserveBytes: number;
  now(): number;
}

const MEASURE_AGAIN_MS = 1000;
/** Indexes, page copies and fragments make a write larger on disk than its message. */
const GROWTH = 4;

/** Watches the free space on the disk. A refused write is better than a failed one, and deleting needs space too. */
export class FreeSpace {
  private readonly options: FreeSpaceOptions;
  private freeBytes = 0;
  private measuredAt = Number.NEGATIVE_INFINITY;

  constructor(options: FreeSpaceOptions) {
    this.options = options;
  }

  /** @throws ServerError 14031 if writing `sizeBytes` would use the reserve. */
  check(sizeBytes: number): void {
    const { reserveBytes, now } = this.options;
    this.freeBytes -= GROWTH * sizeBytes;
    if (this.freeBytes < reserveBytes || now() - this.measuredAt > MEASURE_AGAIN_MS) this.measure();
    if (this.freeBytes - sizeBytes >= reserveBytes) return;
    throw outOfDiskSpace(
      `less than ${reserveBytes / 2 ** 20} MB would be left on the disk of ${this.options.dataDir}`,
    );
  }

  private measure(): void {
    const { bavail, bsize } = statfsSync(this.options.dataDir);
    this.freeBytes = bavail * bsize;
    this.measuredAt = this.options.now();
  }
}
