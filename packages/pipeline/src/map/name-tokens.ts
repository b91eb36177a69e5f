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

/** Names are the same when this is: `first_name`, `firstName` and `Firstname`. Empty where there is no letter or digit. */
export const squash = (name: string): string => tokensOf(name).join('');

export interface PathName {
  /** Words of the last segments, from one segment to all; namespace prefixes left out. */
  readonly tails: readonly (readonly string[])[];
  /** Words of the whole path, prefixes too. */
  readonly whole: readonly string[];
  readonly isNested: boolean;
}

const decodeName = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** A path as names that a column could have: `author/name` is `name` and `author name`. */
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
