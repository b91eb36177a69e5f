/** An added row, and the row before which it stands; null for the end of the sheet. */
export interface Placed {
  readonly row: number;
  readonly before: number | null;
}

/** The order of the rows of a sheet: that of the files, with the rows that people added between them. */
export class RowOrder {
  private readonly fileRows: number;
  private added: readonly Placed[] = [];
  private order: Uint32Array | null = null;
  private ranks: Uint32Array | null = null;

  constructor(fileRows: number) {
    this.fileRows = fileRows;
  }

  /** Places the added rows, the oldest first. */
  place(added: readonly Placed[]): void {
    this.added = added;
    this.order = null;
    this.ranks = null;
  }

  readonly isBefore = (row: number, other: number): boolean => {
    if (this.added.length === 0) return row < other;
    const ranks = this.ranksOfRows();
    return ranks[row]! < ranks[other]!;
  };

  /** Calls back with each row, in order. */
  forEach(visit: (row: number) => void): void {
    if (this.added.length === 0) {
      for (let row = 0; row < this.fileRows; row += 1) visit(row);
      return;
    }
    for (const row of this.inOrder()) visit(row);
  }

  private inOrder(): Uint32Array {
    if (this.order) return this.order;
    const order = new Uint32Array(this.fileRows + this.added.length);
    const inserted = new Map<number | null, number[]>();
    for (const { row, before } of this.added) {
      const rows = inserted.get(before);
      if (rows) rows.push(row);
      else inserted.set(before, [row]);
    }
    let size = 0;
    const emit = (row: number) => {
      for (const added of inserted.get(row) ?? []) emit(added);
      order[size] = row;
      size += 1;
    };
    for (let row = 0; row < this.fileRows; row += 1) emit(row);
    for (const row of inserted.get(null) ?? []) emit(row);
    this.order = order.subarray(0, size);
    return this.order;
  }

  private ranksOfRows(): Uint32Array {
    if (this.ranks) return this.ranks;
    const order = this.inOrder();
    const ranks = new Uint32Array(order.reduce((most, row) => Math.max(most, row), 0) + 1);
    order.forEach((row, rank) => {
      ranks[row] = rank;
    });
    this.ranks = ranks;
    return ranks;
  }
}
