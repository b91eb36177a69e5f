/** Elements inside a line of text. All others, such as paragraphs and table cells, separate words. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup time u var wbr'.split(
    ' ',
  ),
);
const INVISIBLE: ReadonlySet<string> = new Set(['script', 'style']);

/**
 * The text of a piece of HTML, with single spaces. The parser's document is inert: it runs no scripts and loads no images.
 */
export function textOfHtml(html: string): string {
  const { documentElement } = new DOMParser().parseFromString(html, 'text/html');
  return textOf(documentElement).replace(/\s+/g, ' ').trim();
}

function textOf(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element) || INVISIBLE.has(node.localName)) return '';
  const text = Array.from(node.childNodes, textOf).join('');
  return INLINE.has(node.localName) ? text : ` ${text} `;
}
