import type { Format } from '@inlet/contracts';
import { detectJson } from './json/detect-json.js';
import { measureTextBeforeJson } from './json/leading-text.js';
import { RSS_1_NAMESPACES, usualPrefixOf } from './xml/usual-namespaces.js';

export interface DetectedFormat {
  readonly format: Format | 'html';
  /** Length of foreign text before the document. */
  readonly junkBytes: number;
}

const XML_START = /<\?xml\s+version|<rss[\s>]|<feed\s+xmlns|<rdf:RDF[\s>]/;
const JUNK_LIMIT = 4096;
/** Comments, processing instructions and a DOCTYPE, up to the first element. */
const PROLOG = /^(?:\s+|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^[\]<>]*(?:\[[^\]]*\]\s*)?>)/i;
const ROOT = /^<([^\s<>/!?]+)([^<>]*)/;
const HTML_PAGE = /^(html|head|body|meta|script|style|center|h[1-6])$/i;
const HTML_FRAGMENT = /^(p|br|b|font|div|span)$/i;
const HTML_DOCTYPE = /<!DOCTYPE\s+html/i;

/**
 * Detects the format of a source from its first text (some ten thousand bytes are enough). Ignores the content type,
 * because many sites serve feeds as `text/html` or `application/octet-stream`.
 */
export function detectFormat(head: Buffer): DetectedFormat {
  const latin1 = head.toString('latin1');
  const start = latin1.search(/[^\s\0]/);
  const first = start < 0 ? '' : latin1[start];
  if (first === '{' || first === '[') {
    return { format: detectJson(head.toString('utf8')) ?? 'csv', junkBytes: 0 };
  }
  const junkBytes = measureLeadingJunk(latin1, start);
  const markup = first === '<' || junkBytes > 0 ? detectMarkup(latin1.slice(junkBytes)) : 'csv';
  if (markup !== 'csv' && markup !== 'html') return { format: markup, junkBytes };
  return detectAfterText(head) ?? { format: markup, junkBytes };
}

/** Messages of PHP before JSON look like a page, and other text before it like CSV. */
function detectAfterText(head: Buffer): DetectedFormat | null {
  const junkBytes = measureTextBeforeJson(head);
  const format = junkBytes === 0 ? null : detectJson(head.toString('utf8', junkBytes));
  return format === null ? null : { format, junkBytes };
}

/** Length of the text before the feed: many scripts print a warning first. */
function measureLeadingJunk(text: string, start: number): number {
  const at = text.slice(0, JUNK_LIMIT).search(XML_START);
  if (at <= start) return 0;
  const before = text.slice(start, at);
  // Otherwise the XML is quoted in a cell of a CSV file.
  const isSeparate = /^[\x80-\xff]+$/.test(before) || /[\r\n>]/.test(text[at - 1] ?? '');
  if (!before.startsWith('<')) return isSeparate ? at : 0;
  const root = ROOT.exec(before)?.[1];
  return root !== undefined && HTML_FRAGMENT.test(root) ? at : 0;
}

function detectMarkup(text: string): Format | 'html' {
  let rest = text;
  for (let prolog = PROLOG.exec(rest); prolog !== null && prolog[0] !== ''; prolog = PROLOG.exec(rest))
    rest = rest.slice(prolog[0].length);
  const [, name = '', attributes = ''] = ROOT.exec(rest) ?? [];
  const format = formatOfRoot(name, attributes, rest);
  if (format !== 'xml') return format;
  const isPage = HTML_PAGE.test(name) || HTML_FRAGMENT.test(name);
  return isPage || HTML_DOCTYPE.test(text.slice(0, text.length - rest.length)) ? 'html' : 'xml';
}

function formatOfRoot(name: string, attributes: string, rest: string): Format {
  const colon = name.indexOf(':');
  const local = name.slice(colon + 1);
  const declaration = colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`;
  const uri = attributeValue(attributes, declaration);
  if (local === 'rss') return 'rss';
  if (local === 'RDF') {
    const isFeed = [...RSS_1_NAMESPACES].some((known) => attributes.includes(known));
    return isFeed && (uri === undefined || usualPrefixOf(uri) === 'rdf') ? 'rdf' : 'xml';
  }
  if (local === 'entry' && uri !== undefined && usualPrefixOf(uri) === 'atom') return 'atom';
  if (local !== 'feed') return 'xml';
  if (uri === undefined) return /<entry[\s>]/.test(rest) ? 'atom' : 'xml';
  return usualPrefixOf(uri) === 'atom' ? 'atom' : 'xml';
}

function attributeValue(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found?.[1] ?? found?.[2];
}
