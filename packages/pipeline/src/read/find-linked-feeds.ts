import type { LinkedFeed } from '@inlet/contracts';
import { decodeHTML } from 'entities/decode';

const FEED_TYPES = new Set([
  'application/rss+xml',
  'application/atom+xml',
  'application/rdf+xml',
  'application/feed+json',
  'application/json',
  'application/xml',
  'text/xml',
]);
const FEED_ADDRESS = /[/.?=&](rss2?|rss[-_]?feed|atom|rdf|feeds?|jsonfeed)([/.?=&#]|$)/i;
const HIDDEN = /<!--[\s\S]*?(?:-->|$)|<(script|style|template)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TAG = /<(link|a|base)((?:\s|\/)[^<>]*)>/gi;
/** A name begins where nothing of a name stands before it; otherwise a long word would be tried from each of its letters. */
const ATTRIBUTE = /(?<![^\s"'/])([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/g;
const MOST_FEEDS = 50;

/**
 * The feeds that an HTML page links to: those of its `<link rel="alternate">` first, then anchors whose address or
 * type looks like a feed, each group in the order of the page. Addresses are resolved by `<base>` and `baseUrl`.
 */
export function findLinkedFeeds(html: string, baseUrl: string | null): LinkedFeed[] {
  const linked = new Map<string, LinkedFeed>();
  const anchored = new Map<string, LinkedFeed>();
  const visible = html.replace(HIDDEN, ' ');
  let base = baseUrl ?? undefined;
  for (const tag of visible.matchAll(TAG)) {
    const name = tag[1]?.toLowerCase();
    const attributes = attributesOf(tag[2] ?? '');
    const href = attributes.get('href')?.trim();
    if (href === undefined || href === '') continue;
    if (name === 'base') {
      base = URL.canParse(href, baseUrl ?? undefined) ? new URL(href, baseUrl ?? undefined).href : base;
      continue;
    }
    const url = resolve(href, base);
    const type = attributes.get('type')?.toLowerCase().split(';')[0]?.trim() ?? '';
    if (url === undefined) continue;
    const title = attributes.get('title')?.trim() || null;
    if (name === 'link' && isAlternate(attributes) && FEED_TYPES.has(type))
      keep(linked, { url, title, type });
    if (name !== 'a') continue;
    const looksLikeFeed = FEED_TYPES.has(type) || FEED_ADDRESS.test(url);
    const words = title ?? textAfter(visible, tag.index + tag[0].length);
    if (looksLikeFeed) keep(anchored, { url, title: words, type: type || 'application/rss+xml' });
  }
  const rest = [...anchored.values()].filter(({ url }) => !linked.has(url));
  return [...linked.values(), ...rest].slice(0, MOST_FEEDS);
}

function keep(feeds: Map<string, LinkedFeed>, feed: LinkedFeed): void {
  if (!feeds.has(feed.url)) feeds.set(feed.url, feed);
}

const isAlternate = (attributes: ReadonlyMap<string, string>): boolean =>
  (attributes.get('rel') ?? '').toLowerCase().split(/\s+/).includes('alternate');

function attributesOf(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, decodeHTML(double ?? single ?? bare ?? ''));
  }
  return attributes;
}

/** `feed:` addresses are the old way to say "subscribe". Only addresses that can be fetched are of use. */
function resolve(href: string, base: string | undefined): string | undefined {
  const address = href.replace(/^feed:(?:\/\/)?(?=https?:)/i, '').replace(/^feed:/i, 'http:');
  if (!URL.canParse(address, base)) return base === undefined ? relative(address) : undefined;
  const url = new URL(address, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

/** Without a base, a relative address is given as it stands: the reader of a file knows where it came from. */
const relative = (address: string): string | undefined =>
  /^[a-z][a-z0-9+.-]*:/i.test(address) ? undefined : address;

function textAfter(html: string, at: number): string | null {
  const text = decodeHTML((/^[^<]{0,200}/.exec(html.slice(at, at + 200))?.[0] ?? '').trim());
  return text.replace(/\s+/g, ' ') || null;
}
