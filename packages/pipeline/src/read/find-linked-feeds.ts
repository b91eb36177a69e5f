import type { LinkedFeed } from '@inlet/contracts';
import { parseUrl } from '@inlet/contracts/web-address';
import { tokenizeHtml } from '../html/tokenize-html.js';

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
const LINK_TAGS = new Set(['link', 'a', 'base']);
const MOST_FEEDS = 50;
const MOST_TITLE_CHARS = 200;

interface LinkTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text between the tag and the next one. */
  readonly text: string;
}

/**
 * Finds the feeds that an HTML page links to: those of its `<link rel="alternate">` first, then anchors whose address
 * or type looks like a feed, each group in the order of the page. Resolves addresses against `<base>` and `baseUrl`;
 * without either, a relative address stays relative.
 */
export function findLinkedFeeds(html: string, baseUrl: string | null): LinkedFeed[] {
  const linked = new Map<string, LinkedFeed>();
  const anchored = new Map<string, LinkedFeed>();
  const page = baseUrl ?? undefined;
  let base = page;
  for (const { name, attributes, text } of readLinkTags(html)) {
    const href = attributes.get('href')?.trim();
    if (href === undefined || href === '') continue;
    if (name === 'base') {
      base = parseUrl(href, page)?.href ?? base;
      continue;
    }
    const url = resolve(href, base);
    const type = attributes.get('type')?.toLowerCase().split(';')[0]?.trim() ?? '';
    if (url === undefined) continue;
    const title = attributes.get('title')?.trim() || null;
    if (name === 'link' && isAlternate(attributes) && FEED_TYPES.has(type))
      addFeed(linked, { url, title, type });
    if (name !== 'a' || !(FEED_TYPES.has(type) || FEED_ADDRESS.test(url))) continue;
    const words = text.trim().replace(/\s+/g, ' ') || null;
    addFeed(anchored, { url, title: title ?? words, type: type || 'application/rss+xml' });
  }
  const rest = [...anchored.values()].filter(({ url }) => !linked.has(url));
  return [...linked.values(), ...rest].slice(0, MOST_FEEDS);
}

/** The tags of links outside of templates, in order. */
function readLinkTags(html: string): LinkTag[] {
  const tags: LinkTag[] = [];
  let attributes = new Map<string, string>();
  let tagName = '';
  let attributeName = '';
  let value = '';
  let text: string | undefined;
  let openTemplates = 0;
  const nameAt = (start: number, end: number) => html.slice(start, end).toLowerCase();
  const finishText = (): void => {
    const last = tags.pop();
    if (last !== undefined) tags.push({ ...last, text: text ?? last.text });
    text = undefined;
  };
  const finishTag = (): void => {
    if (tagName === 'template') openTemplates += 1;
    if (openTemplates > 0 || !LINK_TAGS.has(tagName)) return;
    tags.push({ name: tagName, attributes, text: '' });
    text = '';
  };
  const addText = (piece: string): void => {
    if (text !== undefined && text.length < MOST_TITLE_CHARS)
      text = (text + piece).slice(0, MOST_TITLE_CHARS);
  };
  tokenizeHtml(html, {
    onopentagname: (start, end) => {
      finishText();
      tagName = nameAt(start, end);
      attributes = new Map();
    },
    onattribname: (start, end) => {
      attributeName = nameAt(start, end);
      value = '';
    },
    onattribdata: (start, end) => {
      value += html.slice(start, end);
    },
    onattribentity: (codePoint) => {
      value += String.fromCodePoint(codePoint);
    },
    onattribend: () => {
      if (LINK_TAGS.has(tagName) && !attributes.has(attributeName)) attributes.set(attributeName, value);
    },
    onopentagend: finishTag,
    onselfclosingtag: finishTag,
    onclosetag: (start, end) => {
      finishText();
      if (nameAt(start, end) === 'template') openTemplates = Math.max(0, openTemplates - 1);
    },
    ontext: (start, end) => addText(html.slice(start, end)),
    ontextentity: (codePoint) => addText(String.fromCodePoint(codePoint)),
  });
  finishText();
  return tags;
}

function addFeed(feeds: Map<string, LinkedFeed>, feed: LinkedFeed): void {
  if (!feeds.has(feed.url)) feeds.set(feed.url, feed);
}

const isAlternate = (attributes: ReadonlyMap<string, string>): boolean =>
  (attributes.get('rel') ?? '').toLowerCase().split(/\s+/).includes('alternate');

/** `feed:` is the old scheme for subscribing. Returns undefined for an address that cannot be fetched. */
function resolve(href: string, base: string | undefined): string | undefined {
  const address = href.replace(/^feed:(?:\/\/)?(?=https?:)/i, '').replace(/^feed:/i, 'http:');
  const url = parseUrl(address, base);
  if (url === null) return base === undefined ? keepRelative(address) : undefined;
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

const keepRelative = (address: string): string | undefined =>
  /^[a-z][a-z0-9+.-]*:/i.test(address) ? undefined : address;
