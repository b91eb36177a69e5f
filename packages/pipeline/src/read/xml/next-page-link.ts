import { decodeReferences } from './references.js';

/** Elements whose links are about the whole feed, by their number of enclosing elements. */
const FEEDS: Readonly<Record<number, string>> = { 1: 'feed', 2: 'channel' };

const ATTRIBUTE = /\s(rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Whether a start tag is a `link` of a feed itself: `/feed/link`, `/rss/channel/atom:link`, `/rdf:RDF/channel/link`. */
export function isFeedLink(raw: string, open: readonly { readonly raw: string }[]): boolean {
  const parent = open.at(-1)?.raw;
  return parent !== undefined && localName(raw) === 'link' && localName(parent) === FEEDS[open.length];
}

/** The address of the next page if a `link` tag names one (RFC 5005); else undefined. */
export function nextPageOf(tag: string): string | undefined {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of tag.matchAll(ATTRIBUTE))
    attributes.set(name, decodeReferences(double ?? single ?? '').trim());
  const isNext = attributes.get('rel')?.toLowerCase().split(/\s+/).includes('next') ?? false;
  return isNext ? attributes.get('href') || undefined : undefined;
}

const localName = (raw: string): string => raw.slice(raw.indexOf(':') + 1);
