/** Elements that hold prose, whatever their prefix. */
const PROSE_NAMES = (
  'description summary content encoded body text abstract excerpt subtitle tagline fulltext details intro teaser ' +
  'lead longdescription long_description shortdescription short_description'
).split(' ');
const PROSE = new Set(PROSE_NAMES);
const PROSE_TAG = new RegExp(`<((?:[\\w.-]+:)?(?:${PROSE_NAMES.join('|')}))(?:\\s[^<>]*)?>`, 'gi');
const HTML = new Set(
  (
    'a abbr article audio b blockquote br center code div em figcaption figure font h1 h2 h3 h4 h5 h6 hr i iframe img ' +
    'li ol p pre s section small span strong sub sup table tbody td th thead tr u ul video'
  ).split(' '),
);

/**
 * Whether an element of prose, such as `description`, contains HTML that its feed forgot to escape. The markup is then
 * its value, as if it were escaped. Takes raw names.
 */
export function isLooseHtml(element: string, child: string): boolean {
  return HTML.has(child.toLowerCase()) && PROSE.has(element.slice(element.indexOf(':') + 1).toLowerCase());
}

const FIRST_MARKUP = /<(?:!\[CDATA\[|([a-z][^\s/>]*))/i;

/** Escapes the HTML that a feed forgot to escape, for a parser that does not know this. Takes linear time. */
export function escapeLooseHtml(markup: string): string {
  const unclosed = new Set<string>();
  let escaped = '';
  let at = 0;
  for (const { 0: tag, 1: name = '', index } of markup.matchAll(PROSE_TAG)) {
    const start = index + tag.length;
    if (index < at || tag.endsWith('/>') || unclosed.has(name)) continue;
    const end = markup.indexOf(`</${name}>`, start);
    if (end < 0) {
      unclosed.add(name);
      continue;
    }
    const content = markup.slice(start, end);
    const child = FIRST_MARKUP.exec(content)?.[1];
    const isLoose = child !== undefined && isLooseHtml(name, child) && !/xhtml/i.test(tag);
    escaped += markup.slice(at, start) + (isLoose ? toCdata(content) : content);
    at = end;
  }
  return escaped + markup.slice(at);
}

const CDATA_MARK = /<!\[CDATA\[|\]\]>/g;

/** Sections in the markup join the one around it, because their content is HTML too. */
const toCdata = (markup: string): string => `<![CDATA[${markup.replace(CDATA_MARK, ']]><![CDATA[')}]]>`;
