/** Words of a name in lower case without accents: `pubDate`, `pub_date` and `Pub Date` are all `pub date`. */
export function tokensOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\be[\s_-]mail/g, 'email')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== '');
}

/** Equal for equal names such as `first_name`, `firstName` and `Firstname`. Empty without letters and digits. */
export const squash = (name: string): string => tokensOf(name).join('');

/**
 * Objects around the fields of a record or of something in it: GraphQL, JSON:API, Strapi, HAL, Contentful, GeoJSON,
 * Elasticsearch, Reddit, YouTube.
 */
const WRAPPERS =
  /(?<=^|\/)(?:(?:node|nodes|edges|data|attributes|fields|properties|_source|snippet|_embedded)\/)+(?=[^@])/g;

/** The path as it would be without the objects that only wrap the fields of a record. */
export const withoutWrappers = (path: string): string =>
  path.startsWith('/') ? path : path.replace(WRAPPERS, '');

/** The words with the last one in the singular: `categories` is `category`. */
export function singular(tokens: readonly string[]): readonly string[] {
  const last = tokens.at(-1) ?? '';
  return [...tokens.slice(0, -1), singularOf(last)];
}

function singularOf(word: string): string {
  if (/(?:news|series)$/.test(word)) return word;
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:ss|x|sh|ch)es$/.test(word)) return word.slice(0, -2);
  return /(?:[^aious]|[^au]o)s$/.test(word) ? word.slice(0, -1) : word;
}
