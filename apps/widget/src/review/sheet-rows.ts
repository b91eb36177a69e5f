import type { SheetRows as SheetRowsAnswer, SheetRowView, SheetView } from '@inlet/contracts';

/** Which rows of a sheet are shown, and in which order. */
export interface SheetFilter {
  readonly view: SheetView;
  readonly issue?: string | undefined;
  /** The column of the issue. */
  readonly issueColumn?: string | undefined;
  readonly contains?: string | undefined;
  /** The column of the text that is searched for. */
  readonly column?: string | undefined;
  /** A column key, with `-` in front for descending order. */
  readonly sort?: string | undefined;
}

interface RowRange {
  readonly offset: number;
  readonly limit: number;
}

export interface SheetRowsOptions {
  readonly load: (range: RowRange, signal: AbortSignal) => Promise<SheetRowsAnswer>;
  readonly onProblem: (problem: unknown) => void;
  /** Called with the revision of every answer. */
  readonly onRevision: (revision: number) => void;
}

const PAGE_ROWS = 200;
/** Pages kept in memory: 40,000 rows. */
const MOST_PAGES = 200;
/** Requests at a time. Those for rows that have left the view are given up. */
const MOST_REQUESTS = 3;

interface CachedPage {
  readonly rows: readonly SheetRowView[];
  /** Rows changed since: the page is shown until it is loaded again. */
  readonly isStale: boolean;
}

/**
 * The rows of one view, loaded in pages around the part that is visible. A change of any row makes another snapshot,
 * so that `useSyncExternalStore` can follow.
 */
export class SheetRows {
  private readonly pages = new Map<number, CachedPage>();
  private readonly requests = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private readonly options: SheetRowsOptions;
  private wanted: readonly number[] = [];
  private generation = 0;
  private snapshot = 0;
  private rowCount: number | null = null;

  constructor(options: SheetRowsOptions) {
    this.options = options;
  }

  /** Rows of the view; null before the first answer. */
  get total(): number | null {
    return this.rowCount;
  }

  /** Row at a position of the view; undefined while it is not loaded. */
  get(index: number): SheetRowView | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): number => this.snapshot;

  /** Says which rows are visible. Pages around them are loaded, the visible ones first. */
  show({ first, last }: { first: number; last: number }): void {
    const from = Math.max(0, Math.floor(first / PAGE_ROWS));
    const to = Math.max(from, Math.floor(last / PAGE_ROWS));
    const visible = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    // The next page in both directions, once its border is near.
    const near = [to + 1, from - 1].filter(
      (page) => page >= 0 && this.rowCount !== null && this.isInside(page),
    );
    this.wanted = [...visible, ...near];
    for (const [page, request] of this.requests)
      if (!this.wanted.includes(page)) {
        request.abort();
        this.requests.delete(page);
      }
    this.loadNext();
  }

  /** Loads the row at a position, whether it is visible or not. */
  async load(index: number): Promise<SheetRowView | undefined> {
    const known = this.get(index);
    if (known) return known;
    const page = Math.floor(index / PAGE_ROWS);
    const answer = await this.options.load(
      { offset: page * PAGE_ROWS, limit: PAGE_ROWS },
      new AbortController().signal,
    );
    this.take(page, answer);
    return this.get(index);
  }

  /** Puts changed rows in the place of those with the same id. */
  replace(rows: readonly SheetRowView[]): void {
    const byId = new Map(rows.map((row) => [row.id, row]));
    if (byId.size > 0) this.update((row) => byId.get(row.id) ?? row);
  }

  /** Changes rows that are loaded. Rows that stay the same must be returned as they are. */
  update(change: (row: SheetRowView) => SheetRowView): void {
    for (const [number, page] of this.pages) {
      const rows = page.rows.map(change);
      if (rows.some((row, index) => row !== page.rows[index])) this.pages.set(number, { ...page, rows });
    }
    this.publish();
  }

  /** Loads all rows again; those that are shown stay until then. */
  refresh(): void {
    this.generation += 1;
    for (const request of this.requests.values()) request.abort();
    this.requests.clear();
    for (const [number, page] of this.pages) {
      if (this.wanted.includes(number)) this.pages.set(number, { ...page, isStale: true });
      else this.pages.delete(number);
    }
    this.loadNext();
  }

  /** Ends all requests. */
  close(): void {
    this.generation += 1;
    for (const request of this.requests.values()) request.abort();
    this.requests.clear();
    this.wanted = [];
  }

  private isInside(page: number): boolean {
    return this.rowCount === null || page * PAGE_ROWS < this.rowCount;
  }

  private loadNext(): void {
    for (const page of this.wanted) {
      if (this.requests.size >= MOST_REQUESTS) return;
      const known = this.pages.get(page);
      const isEmpty = this.rowCount !== null && !this.isInside(page) && page > 0;
      if (isEmpty || this.requests.has(page) || (known && !known.isStale)) continue;
      void this.request(page);
    }
  }

  private async request(page: number): Promise<void> {
    const { generation } = this;
    const controller = new AbortController();
    this.requests.set(page, controller);
    try {
      const answer = await this.options.load(
        { offset: page * PAGE_ROWS, limit: PAGE_ROWS },
        controller.signal,
      );
      if (generation === this.generation && !controller.signal.aborted) this.take(page, answer);
    } catch (problem) {
      if (generation === this.generation && !controller.signal.aborted) this.options.onProblem(problem);
      return;
    } finally {
      if (this.requests.get(page) === controller) this.requests.delete(page);
    }
    this.loadNext();
  }

  private take(page: number, { total, revision, rows }: SheetRowsAnswer): void {
    this.pages.delete(page);
    this.pages.set(page, { rows, isStale: false });
    this.rowCount = total;
    for (const [number] of this.pages) {
      if (this.pages.size <= MOST_PAGES) break;
      if (!this.wanted.includes(number)) this.pages.delete(number);
    }
    this.options.onRevision(revision);
    this.publish();
  }

  private publish(): void {
    this.snapshot += 1;
    for (const listener of this.listeners) listener();
  }
}
