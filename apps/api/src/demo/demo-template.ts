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

export const FILE_TEMPLATE_CODE = 'story-files';

/** The columns of a story in an uploaded file. Values that do not fit are corrected before the import. */
export const STORY_FILES: z.input<typeof templateInputSchema> = {
  code: FILE_TEMPLATE_CODE,
  name: 'Stories',
  mode: 'manual',
  columns: [
    {
      key: 'title',
      name: 'Title',
      required: true,
      length: { max: 200 },
      alternativeNames: ['headline'],
    },
    { key: 'url', name: 'Link', type: 'url', required: true, alternativeNames: ['address'], unique: true },
    {
      key: 'published',
      name: 'Published',
      type: 'date',
      onInvalid: 'reject',
      formats: ['dd.MM.yyyy'],
      alternativeNames: ['date', 'sent on'],
    },
    { key: 'author', name: 'Author', alternativeNames: ['byline'] },
    {
      key: 'topics',
      name: 'Section',
      type: 'select',
      onInvalid: 'reject',
      options: [
        { value: 'harbour', label: 'Harbour' },
        { value: 'culture', label: 'Culture' },
        { value: 'weather', label: 'Weather' },
        { value: 'sport', label: 'Sport' },
      ],
      alternativeNames: ['desk', 'category'],
    },
    { key: 'words', name: 'Words', type: 'integer', alternativeNames: ['length'], range: { min: 20 } },
    { key: 'summary', name: 'Summary', alternativeNames: ['teaser'] },
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
