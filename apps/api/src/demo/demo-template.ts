import type { templateInputSchema } from '@inlet/contracts';
import type { z } from 'zod';

export const TEMPLATE_CODE = 'stories';

/** The columns of a story in Harbour Desk. */
export const STORIES: z.input<typeof templateInputSchema> = {
  code: TEMPLATE_CODE,
  name: 'Stories',
  columns: [
    {
      key: 'title',
      name: 'Title',
      required: true,
      length: { max: 200 },
      alternativeNames: ['headline'],
    },
    { key: 'url', name: 'Link', type: 'url', required: true, alternativeNames: ['address', 'permalink'] },
    {
      key: 'published',
      name: 'Published',
      type: 'date_time',
      alternativeNames: ['pubDate', 'sent_at', 'date'],
    },
    { key: 'author', name: 'Author', alternativeNames: ['creator', 'byline', 'photographer'] },
    {
      key: 'topics',
      name: 'Topics',
      type: 'any',
      alternativeNames: ['category', 'keywords', 'section', 'tags'],
    },
    { key: 'summary', name: 'Summary', alternativeNames: ['description', 'teaser', 'standfirst'] },
    { key: 'image', name: 'Image', type: 'image_url', alternativeNames: ['picture', 'photo'] },
  ],
};

/** The demo's first import, without its address and owner. */
export const GAZETTE_IMPORT = {
  label: 'The Inlet Gazette',
  recordPath: '/rss/channel/item',
  mapping: [
    { column: 'title', path: 'title' },
    { column: 'url', path: 'link' },
    { column: 'published', path: 'pubDate' },
    { column: 'author', path: 'dc:creator' },
    { column: 'topics', path: 'category', repeat: 'join' },
    {
      column: 'summary',
      path: 'description',
      transforms: [{ kind: 'strip_html' }, { kind: 'collapse_spaces' }],
    },
    { column: 'image', path: 'media:content/@url' },
  ],
  schedule: { kind: 'minutes', every: 1, timeZone: 'UTC' },
};
