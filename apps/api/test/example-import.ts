import type { FeedServer, Receiver } from '@inlet/testing';
import type { BootedInlet } from './boot-inlet.js';

export interface Item {
  readonly id: string;
  readonly title: string;
  readonly price?: string;
}

export const ITEMS: readonly Item[] = [
  { id: 'a', title: 'Apple', price: '1.50' },
  { id: 'b', title: 'Bread', price: '-2' },
  { id: 'c', title: 'Cheese', price: 'much' },
];

/** An RSS feed of items; a price that is left out is an element that is not there. */
export function rssOf(items: readonly Item[]): string {
  const elements = items.map(
    ({ id, title, price }) =>
      `<item><guid>${id}</guid><title>${title}</title>${price === undefined ? '' : `<price>${price}</price>`}</item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Shop</title><link>https://shop.example/</link><description>All</description>${elements.join('')}</channel></rss>`;
}

export const templateInput = (overrides: Record<string, unknown> = {}) => ({
  code: 'products',
  name: 'Products',
  columns: [
    { key: 'title', name: 'Title', required: true },
    { key: 'price', name: 'Price', type: 'number', onInvalid: 'reject' },
  ],
  ...overrides,
});

export const jobInput = (templateId: string, feedUrl: string, overrides: Record<string, unknown> = {}) => ({
  templateId,
  externalUserId: 'user-1',
  label: 'Shop feed',
  source: { kind: 'url', url: feedUrl },
  recordPath: '/rss/channel/item',
  mapping: [
    { column: 'title', path: 'title' },
    { column: 'price', path: 'price' },
  ],
  schedule: { kind: 'days', time: '06:00', timeZone: 'Europe/Berlin' },
  ...overrides,
});

/** A template with a destination, a job on it, and its first run, finished. */
export async function importOnce(
  { call }: BootedInlet,
  { feed, receiver }: { feed: FeedServer; receiver: Receiver },
): Promise<{ templateId: string; jobId: string; runId: string; deliveryId: string }> {
  const url = feed.route('/shop.rss', { body: rssOf(ITEMS) });
  const destination = { url: receiver.url };
  const { json: template } = await call('POST', '/v1/templates', { body: templateInput({ destination }) });
  const { json: created } = await call('POST', '/v1/import-jobs', {
    body: jobInput(template.id, url, { runNow: true }),
  });
  await receiver.received(2);
  if (!created?.job) throw new Error(JSON.stringify([template, created]));
  const [jobId, runId] = [created.job.id, created.run.id];
  const events = await call('GET', `/v1/runs/${runId}/events`);
  if (!events.text.includes('id: finished')) throw new Error(`the run did not finish: ${events.text}`);
  const { json: deliveries } = await call('GET', `/v1/runs/${runId}/deliveries`);
  return { templateId: template.id, jobId, runId, deliveryId: deliveries.items[0].id };
}
