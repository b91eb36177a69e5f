/** The stored form of an item state: a head with a magic number and the number of items, then pages of items. */

export const PAGE_ITEMS = 16_384;
/** 32-bit words of an item: identity (3), content (2), content without id and link (2), day (1). */
export const WORDS = 8;
export const ITEM_BYTES = WORDS * 4;
export const PAGE_BYTES = PAGE_ITEMS * ITEM_BYTES;
const HEAD_BYTES = 8;
const MAGIC = 0x32_4c_4e_49; // "INL2" in little endian

/** The form before: without the content without id and link. */
const OLD_WORDS = 6;
const OLD_MAGIC = 0x31_4c_4e_49; // "INL1"
const WORDS_OF: ReadonlyMap<number, number> = new Map([
  [MAGIC, WORDS],
  [OLD_MAGIC, OLD_WORDS],
]);

export interface ItemPages {
  readonly known: number;
  readonly pages: readonly Uint32Array[];
}

/** Opens the parts of a stored item state, and takes over their memory. Throws a RangeError for anything else. */
export function openItemPages(parts: readonly Uint8Array[]): ItemPages {
  const form = readForm(parts);
  if (form === null) throw new RangeError('these bytes are not an item state, or only a part of one');
  return { known: form.known, pages: parts.slice(1).map(form.words === WORDS ? toPage : widenPage) };
}

/** Whether the parts are a whole item state in a form that this version reads. Looks at the head and the sizes. */
export const isItemState = (parts: readonly Uint8Array[]): boolean => readForm(parts) !== null;

export function packItemHead(items: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(items, 4);
  return head;
}

interface ItemForm {
  readonly known: number;
  readonly words: number;
}

function readForm([head, ...parts]: readonly Uint8Array[]): ItemForm | null {
  if (head?.length !== HEAD_BYTES) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const words = WORDS_OF.get(view.getUint32(0, true));
  if (words === undefined) return null;
  const known = view.getUint32(4, true);
  const pageBytes = PAGE_ITEMS * words * 4;
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const isWhole =
    bytes === known * words * 4 && parts.slice(0, -1).every(({ length }) => length === pageBytes);
  return isWhole ? { known, words } : null;
}

/** Uses a whole page without copying it. */
function toPage(bytes: Uint8Array): Uint32Array {
  if (bytes.length === PAGE_BYTES && bytes.byteLength === bytes.buffer.byteLength)
    return new Uint32Array(bytes.buffer);
  const page = new Uint32Array(PAGE_ITEMS * WORDS);
  new Uint8Array(page.buffer).set(bytes);
  return page;
}

/** Copies identity, content and day of each item. Its content without id and link stays 0, which equals no other. */
function widenPage(bytes: Uint8Array): Uint32Array {
  const old = new Uint32Array(bytes.length / 4);
  new Uint8Array(old.buffer).set(bytes);
  const page = new Uint32Array(PAGE_ITEMS * WORDS);
  for (let from = 0, to = 0; from < old.length; from += OLD_WORDS, to += WORDS) {
    page.set(old.subarray(from, from + OLD_WORDS - 1), to);
    page[to + WORDS - 1] = old[from + OLD_WORDS - 1]!;
  }
  return page;
}
