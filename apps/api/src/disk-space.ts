import { statfsSync } from 'node:fs';

/** The free space on the disk of the embedded database. */
export interface DiskSpace {
  /** Whether less than the reserve is free, so that writes that add data are refused. */
  isFull(): boolean;
}

export interface DiskSpaceOptions {
  readonly dataDir: string;
  readonly reserveBytes: number;
}

export const createDiskSpace = ({ dataDir, reserveBytes }: DiskSpaceOptions): DiskSpace => ({
  isFull() {
    const { bavail, bsize } = statfsSync(dataDir);
    return bavail * bsize < reserveBytes;
  },
});
