import { type Column, type Row, VALUE_SEPARATOR } from '@inlet/contracts';
import { compileCheck, hashText } from '@inlet/pipeline';
import { PackedTexts, sortByNumber, sortByText } from './radix-sort.js';
import type { Sheet } from './sheet.js';

/** All rows of a sheet by a column: those with a value of its type, then those with other texts, then blank ones. */
export interface SortedRows {
  readonly rows: Uint32Array;
  /** How many have a value of the type of the column. */
  readonly values: number;
}

type SortKey =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string };

/** Rows with texts that are equal except for case and accents, which are compared by the rules of the language. */
const MOST_SIMILAR = 50_000;
/** Rows that are compared before other work may have its turn. */
const ROWS_OF_TURN = 10_000;
const MARKS = /\p{M}+/gu;

/** Takes case and accents away. */
function foldText(text: string): string {
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) > 127) return text.normalize('NFD').replace(MARKS, '').toUpperCase();
  return text.toUpperCase();
}

/** Whether the values of a column are ordered as numbers or moments instead of texts. */
export const isSortedByNumber = ({ type }: Column): boolean =>
  type === 'number' || type === 'integer' || type === 'date' || type === 'date_time';

/** How the texts of a column are ordered: by number or moment if they are such, else by the folded text. */
export function compileSortKey(column: Column): (text: string) => SortKey {
  if (!isSortedByNumber(column))
    return (text) => ({ kind: 'text', value: foldText(text.replaceAll(VALUE_SEPARATOR, ' ')) });
  const { key, name, type, decimal, formats, timeZone, alternativeNames } = column;
  const bare: Column = { key, name, type, decimal, formats, timeZone, alternativeNames };
  const check = compileCheck({ columns: [bare], uniqueTogether: [] });
  return (text) => {
    const row: Row = { record: 0, texts: [text] };
    const [cell = null] = check.checkRows([row])[0]!.cells;
    const value = typeof cell === 'string' ? Date.parse(cell) : cell;
    return typeof value === 'number' && !Number.isNaN(value)
      ? { kind: 'number', value }
      : { kind: 'text', value: foldText(text) };
  };
}

/** Reads a column once and sorts its rows. Rows with equal values keep the order of the sheet. */
export async function sortRows(sheet: Sheet, column: Column): Promise<SortedRows> {
  const keyOf = compileSortKey(column);
  const numbers = new Float64Array(sheet.size);
  const texts = new PackedTexts(sheet.size);
  const hashes = new Uint32Array(sheet.size);
  const kinds = new Uint8Array(sheet.size);
  await sheet.scanRows(sheet.mapperOf([column]), (row, { texts: [text] }) => {
    if (text === undefined || text === '') return;
    const key = keyOf(text);
    if (key.kind === 'number') numbers[row] = key.value;
    else {
      texts.set(row, key.value);
      hashes[row] = hashText(text).low;
    }
    kinds[row] = key.kind === 'number' ? NUMBER : TEXT;
  });
  const byKind = splitByKind(sheet, kinds);
  const endTurn = () => sheet.endTurn();
  await sortByNumber(byKind.numbers, numbers, endTurn);
  await sortByText(byKind.texts, texts, endTurn);
  await orderSimilar(sheet, { column, rows: byKind.texts, texts, hashes });
  const rows = new Uint32Array(sheet.size);
  rows.set(byKind.numbers);
  rows.set(byKind.texts, byKind.numbers.length);
  rows.set(byKind.blank, byKind.numbers.length + byKind.texts.length);
  return {
    rows: rows.subarray(0, byKind.numbers.length + byKind.texts.length + byKind.blank.length),
    values: isSortedByNumber(column) ? byKind.numbers.length : byKind.texts.length,
  };
}

const NUMBER = 1;
const TEXT = 2;

function splitByKind(sheet: Sheet, kinds: Uint8Array) {
  const lists = [0, NUMBER, TEXT].map(() => new Uint32Array(sheet.size));
  const sizes = [0, 0, 0];
  sheet.forEachRow((row) => {
    const kind = kinds[row]!;
    lists[kind]![sizes[kind]!] = row;
    sizes[kind] = sizes[kind]! + 1;
  });
  const [blank, numbers, texts] = lists.map((list, kind) => list.slice(0, sizes[kind]));
  return { blank: blank!, numbers: numbers!, texts: texts! };
}

interface SimilarRows {
  readonly column: Column;
  readonly rows: Uint32Array;
  readonly texts: PackedTexts;
  readonly hashes: Uint32Array;
}

/** Orders texts that differ only in case and accents, of which there are few. */
async function orderSimilar(sheet: Sheet, { column, rows, texts, hashes }: SimilarRows): Promise<void> {
  const runs: Uint32Array[] = [];
  let found = 0;
  for (let start = 0, turn = 0; start < rows.length; turn += 1) {
    if (turn % ROWS_OF_TURN === 0) await sheet.endTurn();
    const first = rows[start]!;
    let end = start + 1;
    let isSame = true;
    while (end < rows.length && texts.compare(first, rows[end]!) === 0) {
      isSame &&= hashes[rows[end]!] === hashes[first];
      end += 1;
    }
    if (!isSame) {
      found += end - start;
      if (found > MOST_SIMILAR) break;
      runs.push(rows.subarray(start, end));
    }
    start = end;
  }
  if (runs.length === 0) return;
  const originals = new Map<number, string>();
  const mapper = sheet.mapperOf([column]);
  const wanted = runs.flatMap((run) => [...run]).sort((one, other) => one - other);
  for (const { loaded, indexes } of await sheet.pages.loadRows(wanted))
    for (const row of mapper.mapRows(loaded, indexes)) originals.set(row.id - 1, row.texts[0] ?? '');
  const { compare } = new Intl.Collator(sheet.upload.locale ?? 'en');
  for (const run of runs) {
    const places = new Map([...run].map((row, place) => [row, place]));
    run.sort(
      (row, other) =>
        compare(originals.get(row)!, originals.get(other)!) || places.get(row)! - places.get(other)!,
    );
  }
}
