import { deflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { inflatePageSync } from './deflate-page.js';

/** Changes of a row by people. */
export interface RowEdit {
  readonly isDeleted: boolean;
  /** New texts by column key; null for a cell that was cleared. */
  readonly cells: ReadonlyMap<string, string | null>;
}

/** The changed rows of a page, by their place in it. */
export type Overlay = ReadonlyMap<number, RowEdit>;

const NO_CELLS: ReadonlyMap<string, string | null> = new Map();
export const NO_EDIT: RowEdit = { isDeleted: false, cells: NO_CELLS };
export const NO_OVERLAY: Overlay = new Map();

/** Stored with each overlay; one of another version is refused, so that none is read wrongly. */
const VERSION = 1;
const INITIAL_BYTES = 16_384;
const LEVEL = 1;

export const isSameEdit = (one: RowEdit, other: RowEdit): boolean =>
  one === other ||
  (one.isDeleted === other.isDeleted &&
    one.cells.size === other.cells.size &&
    [...one.cells].every(([key, text]) => other.cells.get(key) === text));

/** Packs an overlay for the store: column keys, then each row with the places of its columns among the keys. */
export function packOverlay(overlay: Overlay): Buffer {
  const keys = [...new Set([...overlay.values()].flatMap(({ cells }) => [...cells.keys()]))];
  const places = new Map(keys.map((key, place) => [key, place]));
  const bytes = new ByteWriter(INITIAL_BYTES);
  bytes.varint(VERSION);
  bytes.varint(keys.length);
  for (const key of keys) bytes.text(key);
  bytes.varint(overlay.size);
  for (const [index, { isDeleted, cells }] of overlay) {
    bytes.varint(index);
    bytes.varint(isDeleted ? 1 : 0);
    bytes.varint(cells.size);
    for (const [key, text] of cells) {
      bytes.varint(places.get(key) ?? 0);
      if (text === null) bytes.varint(0);
      else bytes.text(text);
    }
  }
  return deflateRawSync(bytes.take(), { level: LEVEL });
}

/** Throws a RangeError for bytes that are no overlay of a known version. */
export function readOverlay(deflated: Uint8Array): Overlay {
  const reader = new ByteReader(inflatePageSync(deflated));
  if (reader.varint() !== VERSION) throw new RangeError('these bytes are no overlay of a sheet');
  const keys = Array.from({ length: reader.varint() }, () => reader.text() ?? '');
  const overlay = new Map<number, RowEdit>();
  for (let rest = reader.varint(); rest > 0; rest -= 1) {
    const index = reader.varint();
    const isDeleted = reader.varint() === 1;
    const cells = new Map<string, string | null>();
    for (let count = reader.varint(); count > 0; count -= 1) {
      const key = keys[reader.varint()] ?? '';
      cells.set(key, reader.text() ?? null);
    }
    overlay.set(index, { isDeleted, cells });
  }
  return overlay;
}
