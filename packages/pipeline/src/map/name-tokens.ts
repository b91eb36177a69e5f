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

export interface PathName {
  /** Words of the last segment, of the last two, and so on, without namespace prefixes. */
  readonly tails: readonly (readonly string[])[];
  /** Words of the whole path with its prefixes. */
  readonly whole: readonly string[];
  readonly isNested: boolean;
}

const decodeName = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** Names that a column for a path may have: `name` and `author name` for `author/name`. */
export function pathName(path: string): PathName {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const names = segments.map((segment) =>
    tokensOf(decodeName(segment).replace(/^@?(?:[\w.-]+:)?(?=\S)/, '')),
  );
  const tails = names.map((_, index) => names.slice(names.length - 1 - index).flat());
  return {
    tails: tails.filter((tail) => tail.length > 0),
    whole: segments.flatMap((segment) => tokensOf(decodeName(segment))),
    isNested: segments.length > 1,
  };
}
