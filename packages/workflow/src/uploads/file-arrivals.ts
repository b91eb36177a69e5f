import type { FileRef } from '../ports/uploads.js';

/** Tells the scan of a file in this process that bytes have been stored, and hands it those that are still in memory. */
export interface FileArrivals {
  /** Notes bytes that the store has acknowledged. */
  note(file: FileRef, part: { readonly offset: number; readonly bytes: Buffer }): void;
  /** Wakes the scan, since the whole file is stored. Bytes that nobody takes soon are dropped. */
  end(file: FileRef): void;
  /** The bytes from `offset` on if they arrived a moment ago; undefined if they must be loaded. */
  take(file: FileRef, offset: number): Buffer | undefined;
  /** Resolves when something was noted about the file, at the latest after `timeoutMs`. */
  changed(file: FileRef, timeoutMs: number): Promise<void>;
}

/** Bytes kept for one file: a scan that keeps up never loads any. */
const MOST_BYTES = 16 * 2 ** 20;
const KEEP_MS = 60_000;

interface Arrival {
  parts: { readonly offset: number; readonly bytes: Buffer }[];
  size: number;
  readonly waiting: Set<() => void>;
}

export function createFileArrivals(): FileArrivals {
  const arrivals = new Map<string, Arrival>();
  const arrivalOf = ({ fileId }: FileRef): Arrival => {
    const known = arrivals.get(fileId);
    if (known) return known;
    const arrival: Arrival = { parts: [], size: 0, waiting: new Set() };
    arrivals.set(fileId, arrival);
    return arrival;
  };
  const wake = ({ waiting }: Arrival) => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    note(file, part) {
      const arrival = arrivalOf(file);
      arrival.parts.push(part);
      arrival.size += part.bytes.length;
      while (arrival.size > MOST_BYTES) arrival.size -= arrival.parts.shift()?.bytes.length ?? 0;
      wake(arrival);
    },
    end(file) {
      const arrival = arrivals.get(file.fileId);
      if (arrival) wake(arrival);
      setTimeout(() => arrivals.delete(file.fileId), KEEP_MS).unref();
    },
    take(file, offset) {
      const arrival = arrivals.get(file.fileId);
      const at = arrival?.parts.findIndex((part) => part.offset === offset) ?? -1;
      if (arrival === undefined || at < 0) return undefined;
      const taken = arrival.parts[at]!.bytes;
      for (const { bytes } of arrival.parts.splice(0, at + 1)) arrival.size -= bytes.length;
      return taken;
    },
    async changed(file, timeoutMs) {
      const arrival = arrivalOf(file);
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          arrival.waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        arrival.waiting.add(end);
      });
      if (arrival.parts.length === 0 && arrival.waiting.size === 0) arrivals.delete(file.fileId);
    },
  };
}
