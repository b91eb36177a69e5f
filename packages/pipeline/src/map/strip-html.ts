import { decodeHTML } from 'entities';

/** Elements that begin a new line or cell on a page: text on both sides of their tags stays apart. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre ' +
    'section select summary table tbody td tfoot th thead title tr ul'
  ).split(' '),
);
/** Elements whose content is never read as text. */
const UNREAD = new Map([
  ['script', /<\/script[\s/>]/gi],
  ['style', /<\/style[\s/>]/gi],
]);
const TAG_NAME = /[a-z][^\s/>]*/iy;
const TAG_END = /[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/y;

/**
 * The text of an HTML fragment as a page would show it: no tags, comments, scripts and styles, entities decoded,
 * block elements and runs of white space as one space. A `<` that begins no tag stays. Linear in the length.
 */
export function stripHtml(html: string): string {
  if (!html.includes('<')) return tidy(decode(html));
  const parts: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    if (open > at) parts.push(decode(html.slice(at, open)));
    const markup = readMarkup(html, open);
    parts.push(markup.text);
    at = markup.end;
  }
  parts.push(decode(html.slice(at)));
  return tidy(parts.join(''));
}

const decode = (text: string): string => (text.includes('&') ? decodeHTML(text) : text);

const tidy = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ').trim();

interface Markup {
  /** What stands for it in the text. */
  readonly text: string;
  /** Where the text goes on. */
  readonly end: number;
}

/** What begins with the `<` at `open`. As in browsers, what is not closed takes all that follows. */
function readMarkup(html: string, open: number): Markup {
  const next = html.charAt(open + 1);
  if (html.startsWith('<!--', open)) return { text: '', end: endOf(html, '-->', open + 4) };
  if (next === '!' || next === '?') return { text: '', end: endOf(html, '>', open + 2) };
  const nameAt = next === '/' ? open + 2 : open + 1;
  TAG_NAME.lastIndex = nameAt;
  const name = TAG_NAME.exec(html)?.[0].toLowerCase();
  if (name === undefined) return { text: '<', end: open + 1 };
  TAG_END.lastIndex = nameAt + name.length;
  let end = TAG_END.test(html) ? TAG_END.lastIndex : html.length;
  const close = nameAt === open + 1 ? UNREAD.get(name) : undefined;
  if (close) {
    close.lastIndex = end;
    const match = close.exec(html);
    end = match ? match.index : html.length;
  }
  return { text: BLOCKS.has(name) ? ' ' : '', end };
}

function endOf(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}
