import type { FeedFacts } from '@inlet/contracts';
import RssParser from 'rss-parser';

const DATE_PATHS = [
  'pubDate',
  'updated',
  'published',
  'dc:date',
  'atom:updated',
  'modified',
  'issued',
] as const;
const TITLE_PATHS = ['/rss/channel/title', '/feed/title', '/rdf:RDF/channel/title'] as const;
const LINK_PATHS = ['/rss/channel/link', '/rdf:RDF/channel/link', '/feed/link/@href'] as const;
const DESCRIPTION_PATHS = [
  '/rss/channel/description',
  '/feed/subtitle',
  '/feed/tagline',
  '/rdf:RDF/channel/description',
] as const;

export interface FeedFactsInput {
  /** The beginning of the feed with its first items, as a well-formed document. */
  readonly wellFormed: string;
  /** The first value of a path above the record. */
  readonly above: (path: string) => string | undefined;
  readonly itemCount: number;
  readonly newest: NewestDate;
}

/** Keeps the newest date of all records, whatever their order. */
export class NewestDate {
  private newest = Number.NEGATIVE_INFINITY;

  add(path: string, text: string): void {
    if (!DATE_PATHS.some((known) => known === path)) return;
    const at = Date.parse(text.trim());
    if (at > this.newest) this.newest = at;
  }

  get iso(): string | null {
    return Number.isFinite(this.newest) ? new Date(this.newest).toISOString() : null;
  }
}

/** Facts of a feed, read by rss-parser, or by our own reader if that fails (one bare `&` is enough). */
export async function readFeedFacts(input: FeedFactsInput): Promise<FeedFacts> {
  const { above, itemCount, newest } = input;
  const parsed = await parse(input.wellFormed);
  const first = (paths: readonly string[]): string | null => {
    for (const path of paths) {
      const value = above(path)?.trim();
      if (value) return value;
    }
    return null;
  };
  const ttl = Number(parsed?.ttl ?? first(['/rss/channel/ttl']) ?? Number.NaN);
  return {
    title: textOf(parsed?.title) ?? first(TITLE_PATHS),
    link: textOf(parsed?.link) ?? first(LINK_PATHS),
    description: textOf(parsed?.description) ?? textOf(parsed?.subtitle) ?? first(DESCRIPTION_PATHS),
    ttlMinutes: Number.isFinite(ttl) && ttl >= 0 ? ttl : null,
    itemCount,
    newestItemAt: newest.iso,
  };
}

interface MoreFacts {
  readonly ttl?: string;
  readonly subtitle?: string;
}

async function parse(xml: string): Promise<(RssParser.Output<object> & MoreFacts) | null> {
  try {
    return await new RssParser<MoreFacts>({
      customFields: { feed: ['ttl', 'subtitle'] },
    }).parseString(xml);
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}
