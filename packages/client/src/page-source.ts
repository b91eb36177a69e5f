import type { Page } from '@inlet/contracts';
import type { CallOptions, Sender } from './send-request.js';

export interface PageOptions extends CallOptions {
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Items on a page, 200 at most; default 50. */
  readonly limit?: number;
}

/** A listing: page by page, or item by item over all pages. */
export interface PageSource<Item> extends AsyncIterable<Item> {
  readonly page: (options?: PageOptions) => Promise<Page<Item>>;
}

/** Nothing is fetched before it is asked for. A loop fetches the largest pages, and each one when it gets there. */
export function pageSource<Item>(sender: Sender, path: string): PageSource<Item> {
  const page = (options: PageOptions = {}): Promise<Page<Item>> => {
    const { cursor, limit } = options;
    return sender.json({ method: 'GET', path, query: { cursor, limit }, options });
  };
  return {
    page,
    async *[Symbol.asyncIterator]() {
      let cursor: string | null | undefined;
      do {
        const { items, nextCursor }: Page<Item> = await page({ limit: 200, ...(cursor ? { cursor } : {}) });
        yield* items;
        cursor = nextCursor;
      } while (cursor);
    },
  };
}
