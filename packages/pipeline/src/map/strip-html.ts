import { decodeHTML } from 'entities';
import { tokenizeHtml } from '../html/tokenize-html.js';

/** Elements that begin a new line or cell on a page: text on both sides of their tags stays apart. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol optgroup option p pre ' +
    'section select summary table tbody td tfoot th thead title tr ul'
  ).split(' '),
);
/** Elements whose content is not shown; none of them can contain tags. */
const HIDDEN = new Set('script style iframe noembed noframes'.split(' '));

/**
 * The text of an HTML fragment as a page would show it: without tags, comments, scripts and styles, with decoded
 * entities, with block elements and runs of white space as one space. Keeps a `<` that begins no tag. Linear time.
 */
export function stripHtml(html: string): string {
  if (!html.includes('<')) return collapseSpaces(html.includes('&') ? decodeHTML(html) : html);
  let text = '';
  let isHidden = false;
  const separate = (name: string): void => {
    if (BLOCKS.has(name)) text += ' ';
  };
  tokenizeHtml(html, {
    onopentagname: (start, end) => {
      const name = html.slice(start, end).toLowerCase();
      isHidden = HIDDEN.has(name);
      separate(name);
    },
    onclosetag: (start, end) => {
      isHidden = false;
      separate(html.slice(start, end).toLowerCase());
    },
    ontext: (start, end) => {
      if (!isHidden) text += html.slice(start, end);
    },
    ontextentity: (codePoint) => {
      if (!isHidden) text += String.fromCodePoint(codePoint);
    },
  });
  return collapseSpaces(text);
}

const collapseSpaces = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ').trim();
