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

/** Updates up to this size may use the reserve: they record what happened, and hardly grow the data. */
const SMALL_UPDATE_BYTES = 64 * 1024;

/** The comment of a command that may use the reserve, so that work that has begun can end. */
export const USES_RESERVE = 'uses the disk reserve';

/**
 * Watches the free space on the disk. A refused write is better than a failed one, and deleting needs space too. A
 * write that finds no space at all fails as a whole.
 */
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

  /**
   * Like `check`, for an update that adds about `addedBytes` to existing documents: a small one may use the reserve.
   *
   * @throws ServerError 14031
   */
  checkUpdate(addedBytes: number, writtenBytes = addedBytes): void {
    if (addedBytes > SMALL_UPDATE_BYTES) this.check(writtenBytes);
  }

  private measure(): void {
    const { bavail, bsize } = statfsSync(this.options.dataDir);
    this.freeBytes = bavail * bsize;
    this.measuredAt = this.options.now();
  }
}
