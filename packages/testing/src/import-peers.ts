import type { WebhookEvent } from '@inlet/contracts';
import { type FeedServer, startFeedServer } from './feed-server.js';
import { type Receiver, startReceiver } from './receiver.js';
import { type FeedItem, rssFeed } from './rss-feed.js';

/** A row as the receiver got it. */
export interface ReceivedRow {
  readonly rowKey: string;
  readonly change: string;
  readonly previousRowKey?: string | undefined;
  readonly version: number;
  readonly values: Record<string, unknown> | null;
}

/** A site to read from, a receiver to send to, and the input of imports between them. */
export interface ImportPeers {
  readonly site: FeedServer;
  readonly receiver: Receiver;
  /** Sets the body of `/feed.xml`. */
  readonly setFeed: (items: readonly FeedItem[], headers?: { readonly etag?: string }) => void;
  /** Input for a template that sends to the receiver. Each has a different code. */
  readonly templateInput: (changes?: object) => object;
  /** Input for a job on `/feed.xml`, which is due far in the future. */
  readonly jobInput: (templateId: string, changes?: object) => object;
  /** All events that arrived, in order. */
  readonly events: () => readonly WebhookEvent[];
  /** All rows that arrived, in order. */
  readonly rows: () => readonly ReceivedRow[];
  readonly close: () => Promise<void>;
}

/** A schedule that is not due while a test runs. */
export const FAR_AWAY = { kind: 'years', month: 1, on: { kind: 'day', day: 1 }, time: '00:00' };

export async function startImportPeers(): Promise<ImportPeers> {
  const [site, receiver] = await Promise.all([startFeedServer(), startReceiver()]);
  let templates = 0;
  const events = () => receiver.requests.map(({ json }) => json as WebhookEvent);
  return {
    site,
    receiver,
    setFeed: (items, headers = {}) => void site.route('/feed.xml', { body: rssFeed(items), ...headers }),
    templateInput: (changes = {}) => {
      templates += 1;
      return {
        code: `news-${templates}`,
        name: 'News',
        columns: [
          { key: 'title', name: 'Title', required: true },
          { key: 'text', name: 'Text' },
          { key: 'price', name: 'Price', type: 'number', onInvalid: 'reject' },
        ],
        destination: { url: receiver.url, rowsPerBatch: 10 },
        ...changes,
      };
    },
    jobInput: (templateId, changes = {}) => ({
      templateId,
      externalUserId: 'user-1',
      label: 'Feed',
      source: { kind: 'url', url: site.url('/feed.xml') },
      recordPath: '/rss/channel/item',
      mapping: [
        { column: 'title', path: 'title' },
        { column: 'text', path: 'description' },
        { column: 'price', path: 'price' },
      ],
      schedule: FAR_AWAY,
      ...changes,
    }),
    events,
    rows: () => events().flatMap((event) => (event.type === 'import.records' ? event.data.rows : [])),
    close: async () => {
      await Promise.all([site.close(), receiver.close()]);
    },
  };
}
