import { createHash, type Hash } from 'node:crypto';

/** SHA-256 of files whose bytes arrive in this process, one after the other, in any number of requests. */
export interface TransferDigests {
  note(fileId: string, part: { readonly offset: number; readonly bytes: Buffer }): void;
  /** The digest in hex of a file of that size; null unless all of its bytes arrived here. Forgets the file. */
  take(fileId: string, sizeBytes: number): string | null;
}

/** Transfers that are followed at the same time. */
const MOST_FILES = 1000;

export function createTransferDigests(): TransferDigests {
  const transfers = new Map<string, { readonly hash: Hash; bytes: number }>();
  const begin = (fileId: string) => {
    const transfer = { hash: createHash('sha256'), bytes: 0 };
    transfers.set(fileId, transfer);
    const [oldest] = transfers.keys();
    if (transfers.size > MOST_FILES && oldest !== undefined) transfers.delete(oldest);
    return transfer;
  };
  return {
    note(fileId, { offset, bytes }) {
      const transfer = offset === 0 ? begin(fileId) : transfers.get(fileId);
      if (transfer?.bytes !== offset) return;
      transfer.hash.update(bytes);
      transfer.bytes += bytes.length;
    },
    take(fileId, sizeBytes) {
      const transfer = transfers.get(fileId);
      transfers.delete(fileId);
      return transfer?.bytes === sizeBytes ? transfer.hash.digest('hex') : null;
    },
  };
}
