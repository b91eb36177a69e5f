import type { Column, SheetQuery, SheetRows } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { RowSet } from './row-set.js';
import type { Sheet } from './sheet.js';
import { compileSortKey, isSortedByNumber, type SortedRows, sortRows } from './sort-rows.js';

type ListQuery = Omit<SheetQuery, 'offset' | 'limit'>;

interface KeptList {
  readonly version: number;
  readonly rows: Uint32Array;
}

/** Something that was found by reading all rows, and the rows that have changed since. */
interface Kept<Found> {
  found: Promise<Found>;
  readonly changed: Set<number>;
}

/** Lists that are kept, of four bytes a row each. */
const MOST_LISTS = 6;
const MOST_SORTED = 2;
const MOST_SEARCHES = 4;
/** More changed rows than these are sorted, or searched, with all others. */
const MOST_MOVED = 16;
const MOST_SEARCHED_AGAIN = 2000;

/** The rows that people see with a choice of view, filter and order. */
export class SheetViews {
  private readonly sheet: Sheet;
  private readonly lists = new Map<string, KeptList>();
  private readonly sorted = new Map<string, Kept<SortedRows>>();
  private readonly searches = new Map<string, Kept<RowSet>>();

  constructor(sheet: Sheet) {
    this.sheet = sheet;
  }

  /** Takes in rows whose texts may have changed. */
  noteChanged(rows: readonly number[]): void {
    if (rows.length === 0) return;
    this.lists.clear();
    if (rows.length > MOST_SEARCHED_AGAIN) {
      this.sorted.clear();
      this.searches.clear();
      return;
    }
    for (const kept of [...this.sorted.values(), ...this.searches.values()])
      for (const row of rows) kept.changed.add(row);
  }

  async show({ offset, limit, ...query }: SheetQuery): Promise<SheetRows> {
    const rows = await this.list(query);
    const { revision } = this.sheet;
    const shown = await this.sheet.showRows([...rows.subarray(offset, offset + limit)]);
    return { total: rows.length, revision, rows: shown };
  }

  /** The numbers of all rows of a view. @throws InletError invalid_request */
  async list(query: ListQuery): Promise<Uint32Array> {
    const name = JSON.stringify([
      query.view,
      query.issue,
      query.issueColumn,
      query.contains,
      query.column,
      query.sort,
    ]);
    const known = this.lists.get(name);
    if (known?.version === this.sheet.version) {
      keepNewest(this.lists, { name, value: known, most: MOST_LISTS });
      return known.rows;
    }
    const found = query.contains === undefined ? undefined : await this.search(query.contains, query.column);
    const order = query.sort === undefined ? undefined : await this.sort(query.sort);
    const { version } = this.sheet;
    const rows = this.makeList(query, { found, order });
    keepNewest(this.lists, { name, value: { version, rows }, most: MOST_LISTS });
    return rows;
  }

  private makeList(
    { view, issue, issueColumn }: ListQuery,
    { found, order }: { readonly found: RowSet | undefined; readonly order: Uint32Array | undefined },
  ): Uint32Array {
    const states = this.sheet.rowStates();
    const rows = new Uint32Array(this.sheet.size);
    let size = 0;
    const byIssue = issue !== undefined || issueColumn !== undefined;
    const hasIssue = byIssue ? states.withIssue({ columnKey: issueColumn, code: issue }) : undefined;
    const visit = (row: number) => {
      if (!states.isIn(view, row) || (hasIssue && !hasIssue(row)) || (found && !found.has(row))) return;
      rows[size] = row;
      size += 1;
    };
    if (order) for (const row of order) visit(row);
    else this.sheet.forEachRow(visit);
    return size === rows.length ? rows : rows.slice(0, size);
  }

  // Search

  /** The rows with a text, in one column or in any; case does not matter. */
  private async search(text: string, columnKey: string | undefined): Promise<RowSet> {
    const wanted = text.toLowerCase();
    const columns = columnKey === undefined ? this.sheet.mapper.columns : [this.column(columnKey)];
    const mapper = this.sheet.mapperOf(columns);
    const matches = (texts: readonly (string | undefined)[]) =>
      texts.some((one) => one?.toLowerCase().includes(wanted) === true);
    const name = JSON.stringify([columnKey, wanted]);
    const find = async () => {
      const found = new RowSet();
      await this.sheet.scanRows(mapper, (row, { texts }) => {
        if (matches(texts)) found.add(row);
      });
      return found;
    };
    return this.keep(this.searches, {
      name,
      most: MOST_SEARCHES,
      mostChanged: MOST_SEARCHED_AGAIN,
      find,
      renew: async (found, changed) => {
        for (const { page, loaded, indexes } of await this.sheet.pages.loadRows(changed))
          for (const { index, texts } of mapper.mapRows(loaded, indexes)) {
            const row = page.firstRow - 1 + index;
            if (matches(texts)) found.add(row);
            else found.delete(row);
          }
        return found;
      },
    });
  }

  // Order

  private async sort(sort: string): Promise<Uint32Array> {
    const isDescending = sort.startsWith('-');
    const column = this.column(isDescending ? sort.slice(1) : sort);
    const { rows, values } = await this.keep(this.sorted, {
      name: column.key,
      most: MOST_SORTED,
      mostChanged: MOST_MOVED,
      find: () => sortRows(this.sheet, column),
      renew: (sorted, changed) => this.moveRows(sorted, { column, changed }),
    });
    if (!isDescending) return rows;
    const descending = rows.slice();
    descending.subarray(0, values).reverse();
    return descending;
  }

  /** Moves a few changed rows to their new places. */
  private async moveRows(
    { rows, values }: SortedRows,
    { column, changed }: { readonly column: Column; readonly changed: readonly number[] },
  ): Promise<SortedRows> {
    const keyOf = compileSortKey(column);
    const kind = isSortedByNumber(column) ? 'number' : 'text';
    const moved = new Set(changed);
    let order = rows.filter((row) => !moved.has(row));
    let valuesLeft =
      values - rows.subarray(0, values).reduce((count, row) => count + (moved.has(row) ? 1 : 0), 0);
    for (const row of changed) {
      const text = await this.textOf(row, column);
      const place = await this.placeOf({ row, text }, { order, column, keyOf });
      const next = new Uint32Array(order.length + 1);
      next.set(order.subarray(0, place));
      next[place] = row;
      next.set(order.subarray(place), place + 1);
      order = next;
      if (text !== undefined && keyOf(text).kind === kind) valuesLeft += 1;
    }
    return { rows: order, values: valuesLeft };
  }

  private async textOf(row: number, column: Column): Promise<string | undefined> {
    const [found] = await this.sheet.pages.loadRows([row]);
    const mapper = this.sheet.mapperOf([column]);
    return mapper.mapRows(found!.loaded, found!.indexes)[0]!.texts[0] || undefined;
  }

  /** The first place whose row stands behind the moved one. */
  private async placeOf(
    { row, text }: { readonly row: number; readonly text: string | undefined },
    options: {
      readonly order: Uint32Array;
      readonly column: Column;
      readonly keyOf: ReturnType<typeof compileSortKey>;
    },
  ): Promise<number> {
    const { order, column, keyOf } = options;
    const { compare } = new Intl.Collator(this.sheet.upload.locale ?? 'en');
    const rankOf = (key: ReturnType<typeof keyOf> | undefined) =>
      key === undefined ? 2 : key.kind === 'text' ? 1 : 0;
    const key = text === undefined ? undefined : keyOf(text);
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = order[middle]!;
      const otherText = await this.textOf(other, column);
      const otherKey = otherText === undefined ? undefined : keyOf(otherText);
      let difference = rankOf(key) - rankOf(otherKey);
      if (difference === 0 && key && otherKey && key.value !== otherKey.value)
        difference = key.value < otherKey.value ? -1 : 1;
      if (difference === 0 && key?.kind === 'text') difference = compare(text ?? '', otherText ?? '');
      if (difference === 0) difference = this.sheet.isBefore(row, other) ? -1 : 1;
      if (difference < 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private column(key: string): Column {
    const column = this.sheet.mapper.columns.find((one) => one.key === key);
    if (!column) throw new InletError('invalid_request', { detail: `There is no column "${key}".` });
    return column;
  }

  /** Finds something that takes a while once, and renews it after a few changes. */
  private async keep<Found>(kept: Map<string, Kept<Found>>, options: KeepOptions<Found>): Promise<Found> {
    const { name, most, mostChanged, find, renew } = options;
    const known = kept.get(name);
    if (known && known.changed.size <= mostChanged) {
      keepNewest(kept, { name, value: known, most });
      const changed = [...known.changed].filter((row) => this.sheet.has(row));
      known.changed.clear();
      if (changed.length > 0) known.found = known.found.then((found) => renew(found, changed));
      return known.found;
    }
    const value: Kept<Found> = { found: find(), changed: new Set() };
    value.found.catch(() => kept.get(name) === value && kept.delete(name));
    keepNewest(kept, { name, value, most });
    return value.found;
  }
}

interface KeepOptions<Found> {
  readonly name: string;
  readonly most: number;
  readonly mostChanged: number;
  readonly find: () => Promise<Found>;
  readonly renew: (found: Found, changed: readonly number[]) => Promise<Found>;
}

function keepNewest<Value>(
  kept: Map<string, Value>,
  { name, value, most }: { readonly name: string; readonly value: Value; readonly most: number },
): void {
  kept.delete(name);
  kept.set(name, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
}
