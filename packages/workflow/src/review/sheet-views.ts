import type { SheetQuery, SheetRows } from '@inlet/contracts';
import type { Sheet } from './sheet.js';

type ListQuery = Omit<SheetQuery, 'offset' | 'limit'>;

interface KeptList {
  readonly version: number;
  readonly rows: Uint32Array;
}

/** Lists that are kept, of four bytes a row each. */
const MOST_LISTS = 6;

/** The rows that people see with a choice of view, filter and order. */
export class SheetViews {
  private readonly sheet: Sheet;
  private readonly changed = new Set<number>();
  private readonly lists = new Map<string, KeptList>();

  constructor(sheet: Sheet) {
    this.sheet = sheet;
  }

  /** Takes in rows that have changed. */
  noteChanged(rows: readonly number[]): void {
    for (const row of rows) this.changed.add(row);
  }

  async show({ offset, limit, ...query }: SheetQuery): Promise<SheetRows> {
    const rows = await this.list(query);
    const { revision } = this.sheet;
    const shown = await this.sheet.showRows([...rows.subarray(offset, offset + limit)]);
    return { total: rows.length, revision, rows: shown };
  }

  /** The numbers of all rows of a view. */
  async list(query: ListQuery): Promise<Uint32Array> {
    const name = JSON.stringify([query.view, query.column, query.issue, query.contains, query.sort]);
    const { version } = this.sheet;
    const known = this.lists.get(name);
    this.lists.delete(name);
    const kept = known?.version === version ? known : { version, rows: this.makeList(query) };
    this.lists.set(name, kept);
    for (const oldest of this.lists.keys()) {
      if (this.lists.size <= MOST_LISTS) break;
      this.lists.delete(oldest);
    }
    return kept.rows;
  }

  private makeList({ view, column, issue }: ListQuery): Uint32Array {
    const states = this.sheet.rowStates();
    const rows = new Uint32Array(this.sheet.size);
    let size = 0;
    const hasIssue =
      column === undefined && issue === undefined
        ? undefined
        : states.withIssue({ columnKey: column, code: issue });
    this.sheet.forEachRow((row) => {
      if (!states.isIn(view, row) || (hasIssue && !hasIssue(row))) return;
      rows[size] = row;
      size += 1;
    });
    return size === rows.length ? rows : rows.slice(0, size);
  }
}
