import type { DemoStory } from './publication.js';

const HEADINGS = ['headline', 'standfirst', 'photographer', 'section', 'published', 'address', 'picture'];
/** One of this many stories has no address, so that one row needs attention. */
const UNFINISHED_EVERY = 10;

/** A CSV file as a spreadsheet writes it, with one unfinished row. */
export function toCsv(stories: readonly DemoStory[]): string {
  const rows = stories.map(({ number, title, summary, author, section, publishedAt, url, imageUrl }) => [
    title,
    summary,
    author,
    section,
    publishedAt.toISOString(),
    number % UNFINISHED_EVERY === 0 ? 'to follow' : url,
    imageUrl,
  ]);
  return [HEADINGS, ...rows].map((cells) => `${cells.map(quote).join(',')}\r\n`).join('');
}

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
