/** Elements that hold prose, whatever their prefix. */
const PROSE = new Set(
  (
    'description summary content encoded body text abstract excerpt subtitle tagline fulltext details intro teaser ' +
    'lead longdescription long_description shortdescription short_description'
  ).split(' '),
);
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
