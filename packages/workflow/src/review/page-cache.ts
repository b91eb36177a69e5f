import type { OverlayRef, SheetRef, SheetStore } from '../ports/uploads.js';
import { inflatePageSync } from './deflate-page.js';
import type { PageOfRows } from './map-rows.js';
import { NO_OVERLAY, type Overlay, readOverlay } from './overlay.js';
import { SheetPage } from './sheet-page.js';

/** A page, and the overlay that counts. */
export interface WantedPage {
  readonly number: number;
  readonly overlayId: string | null;
  readonly isAdded: boolean;
}

export interface CacheLimits {
  /** Bytes of pages and overlays as they are stored. */
  readonly storedBytes: number;
  /** Bytes of pages as they are read, and as much of overlays. */
  readonly openBytes: number;
}

const DEFAULT_LIMITS: CacheLimits = { storedBytes: 33_554_432, openBytes: 12_582_912 };
/** Pages that are loaded at once. */
export const PAGES_AT_ONCE = 128;

/** Pages of all sheets, those that were used last. */
export interface PageCache {
  /** In the given order, at most `PAGES_AT_ONCE`. */
  load(sheet: SheetRef, wanted: readonly WantedPage[]): Promise<PageOfRows[]>;
  loadOverlays(sheet: SheetRef, overlays: readonly OverlayRef[]): Promise<Overlay[]>;
  /** Keeps bytes that were stored a moment ago. */
  keepOverlay(sheet: SheetRef, overlay: OverlayRef & { bytes: Buffer }): void;
  forget(sheet: Pick<SheetRef, 'uploadId'>): void;
}

export function createPageCache(
  sheets: Pick<SheetStore, 'loadPages' | 'loadOverlays'>,
  { storedBytes, openBytes }: CacheLimits = DEFAULT_LIMITS,
): PageCache {
  const stored = new SizedCache<Buffer>(storedBytes);
  const open = new SizedCache<SheetPage>(openBytes);
  const overlays = new SizedCache<Overlay>(openBytes);

  /** Loads what is missing. */
  const bytesOf = async <Key>(
    wanted: readonly Key[],
    {
      nameOf,
      load,
    }: { nameOf: (key: Key) => string; load: (keys: readonly Key[]) => Promise<readonly Buffer[]> },
  ): Promise<Buffer[]> => {
    const found = wanted.map((key) => stored.get(nameOf(key)));
    const missing = wanted.filter((_, index) => found[index] === undefined);
    const loaded = missing.length === 0 ? [] : await load(missing);
    missing.forEach((key, index) => {
      stored.set(nameOf(key), loaded[index]!, loaded[index]!.length);
    });
    let next = 0;
    return found.map((bytes) => bytes ?? loaded[next++]!);
  };

  const loadOverlays = async (sheet: SheetRef, refs: readonly OverlayRef[]): Promise<Overlay[]> => {
    const known = refs.map((ref) => overlays.get(overlayName(sheet, ref)));
    const bytes = await bytesOf(
      refs.filter((_, index) => known[index] === undefined),
      {
        nameOf: (ref) => overlayName(sheet, ref),
        load: (missing) => sheets.loadOverlays(sheet, missing),
      },
    );
    let next = 0;
    return refs.map((ref, index) => {
      const overlay = known[index] ?? readOverlay(bytes[next++]!);
      overlays.set(overlayName(sheet, ref), overlay, sizeOfOverlay(overlay));
      return overlay;
    });
  };

  const loadPages = async (sheet: SheetRef, numbers: readonly number[]): Promise<SheetPage[]> => {
    const known = numbers.map((number) => open.get(pageName(sheet, number)));
    const bytes = await bytesOf(
      numbers.filter((_, index) => known[index] === undefined),
      {
        nameOf: (number) => pageName(sheet, number),
        load: (missing) => sheets.loadPages(sheet, missing),
      },
    );
    let next = 0;
    return numbers.map((number, index) => {
      const page = known[index] ?? new SheetPage(inflatePageSync(bytes[next++]!));
      // Its bytes, and the same as text.
      open.set(pageName(sheet, number), page, 2 * page.sizeBytes);
      return page;
    });
  };

  return {
    async load(sheet, wanted) {
      const changed = wanted.flatMap(({ number, overlayId }) =>
        overlayId === null ? [] : [{ page: number, overlayId }],
      );
      const [loaded, overlaysOfPages] = await Promise.all([
        loadPages(
          sheet,
          wanted.map(({ number }) => number),
        ),
        loadOverlays(sheet, changed),
      ]);
      let next = 0;
      return wanted.map(({ overlayId, isAdded }, index) => ({
        page: loaded[index]!,
        overlay: overlayId === null ? NO_OVERLAY : overlaysOfPages[next++]!,
        isAdded,
      }));
    },
    loadOverlays,
    keepOverlay(sheet, { page, overlayId, bytes }) {
      stored.set(overlayName(sheet, { page, overlayId }), bytes, bytes.length);
    },
    forget({ uploadId }) {
      for (const cache of [stored, open, overlays]) cache.deleteBeginning(`${uploadId}/`);
    },
  };
}

const pageName = ({ uploadId, scan }: SheetRef, number: number): string => `${uploadId}/${scan}/${number}`;
const overlayName = ({ uploadId, scan }: SheetRef, overlay: OverlayRef): string =>
  `${uploadId}/${scan}/${overlay.page}/${overlay.overlayId}`;

const ROW_BYTES = 100;
const CELL_BYTES = 60;

function sizeOfOverlay(overlay: Overlay): number {
  let size = ROW_BYTES;
  for (const { cells } of overlay.values()) {
    size += ROW_BYTES;
    for (const text of cells.values()) size += CELL_BYTES + (text?.length ?? 0);
  }
  return size;
}

/** Values up to a size in total, of which those that were not used for the longest time go first. */
class SizedCache<Value> {
  private readonly entries = new Map<string, { readonly value: Value; readonly size: number }>();
  private size = 0;
  private readonly maxSize: number;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  get(name: string): Value | undefined {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    this.entries.delete(name);
    this.entries.set(name, entry);
    return entry.value;
  }

  set(name: string, value: Value, size: number): void {
    this.delete(name);
    this.entries.set(name, { value, size });
    this.size += size;
    for (const oldest of this.entries.keys()) {
      if (this.size <= this.maxSize || oldest === name) break;
      this.delete(oldest);
    }
  }

  deleteBeginning(beginning: string): void {
    for (const name of [...this.entries.keys()]) if (name.startsWith(beginning)) this.delete(name);
  }

  private delete(name: string): void {
    const entry = this.entries.get(name);
    if (!entry) return;
    this.entries.delete(name);
    this.size -= entry.size;
  }
}
