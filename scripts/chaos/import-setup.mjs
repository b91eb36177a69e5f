import { FAR_AWAY } from '../../packages/testing/dist/index.js';

/** An RSS feed of `{ id, title }`. */
export const feedOf = (items) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Chaos</title><link>https://chaos.example/</link><description>All</description>${items
    .map(({ id, title }) => `<item><guid>${id}</guid><title>${title}</title></item>`)
    .join('')}</channel></rss>`;

export const templateInput = (changes) => ({
  code: 'rows',
  name: 'Rows',
  columns: [{ key: 'title', name: 'Title', required: true }],
  ...changes,
});

export const jobInput = ({ templateId, url, ...changes }) => ({
  templateId,
  externalUserId: 'user-1',
  label: 'Chaos',
  source: { kind: 'url', url },
  recordPath: '/rss/channel/item',
  mapping: [{ column: 'title', path: 'title' }],
  schedule: FAR_AWAY,
  ...changes,
});
