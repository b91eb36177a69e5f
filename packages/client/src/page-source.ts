import type { Page } from '@inlet/contracts';
import type { ApiRequest, CallOptions, Sender } from './send-request.js';

export interface PageOptions extends CallOptions {
  /** `nextCursor` of the previous page. */
  readonly cursor?: string | undefined;
  /** Items per page, 200 at most; default 50. */
  readonly limit?: number | undefined;
}

/** A list, read page by page with `page` or item by item, over all pages, with `for await`. */
export interface PageSource<Item> extends AsyncIterable<Item> {
  readonly page: (options?: PageOptions) => Promise<Page<Item>>;
}

/** Sends no request until the list is read. A loop requests pages of 200 items, each one when it needs it. */
export function pageSource<Item>(
  sender: Sender,
  path: string,
  filter: ApiRequest['query'] = {},
): PageSource<Item> {
  const page = (options: PageOptions = {}): Promise<Page<Item>> => {
    const { cursor, limit } = options;
    return sender.json({ method: 'GET', path, query: { ...filter, cursor, limit }, options });
  };
  return {
    page,
    async *[Symbol.asyncIterator]() {
      let cursor: string | undefined;
      do {
        const { items, nextCursor }: Page<Item> = await page({ limit: 200, cursor });
        yield* items;
        cursor = nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}
