import { namesOtherConcept } from './feed-concepts.js';
import type { PathName } from './name-tokens.js';

const NAMES: ReadonlySet<string> = new Set(['name', 'title']);
const IDS: ReadonlySet<string> = new Set(['id', 'uid', 'uuid']);
const LONGEST_TITLE = 100;

/** Words before `name`, `title` or `id` that say that it is not that of the record. */
const OTHERS: ReadonlySet<string> = new Set(
  'first last middle family given nick user full file screen login legal short alternate alternative previous former old local common contact person owner agent manager customer client seller buyer doctor parent group type class category brand company city country state region county district street area domain host server table column field language currency time zone unit attribute option variant collection series album artist channel meta seo page site feed source show image photo video audio of'.split(
    ' ',
  ),
);

export const isOtherSubject = (word: string): boolean => OTHERS.has(word);

/**
 * Finds the field of a table that names what its rows are, such as `Restaurant Name`: the only one of this form, in a
 * table without a plain name or title. Names of what an id refers to, such as `collection_name`, do not count.
 */
export function findSubjectName(names: readonly (PathName | undefined)[]): number | undefined {
  const ids = new Set(fieldsEndingIn(IDS, names).map(({ words }) => words[0]));
  const isReference = ([subject = '']: readonly string[]): boolean => OTHERS.has(subject) && ids.has(subject);
  const [one, ...others] = fieldsEndingIn(NAMES, names).filter(({ words }) => !isReference(words));
  if (one === undefined || others.length > 0 || one.words.length !== 2) return undefined;
  const [subject = ''] = one.words;
  return OTHERS.has(subject) || namesOtherConcept(subject) ? undefined : one.at;
}

/** Finds the field of a table that identifies its rows, such as `place_id`: the only one that differs in all of them. */
export function findSubjectId(
  names: readonly (PathName | undefined)[],
  values: readonly (readonly string[])[],
): number | undefined {
  const found = fieldsEndingIn(IDS, names).filter(({ at, words }) => {
    const ids = values[at] ?? [];
    const [subject = ''] = words;
    const isOther = OTHERS.has(subject) || namesOtherConcept(subject);
    return words.length > 1 && !isOther && ids.length > 1 && new Set(ids).size === ids.length;
  });
  return found.length === 1 ? found[0]?.at : undefined;
}

function fieldsEndingIn(ends: ReadonlySet<string>, names: readonly (PathName | undefined)[]) {
  return names.flatMap((name, at) => {
    const [words = []] = name?.tails ?? [];
    const isEnd = ends.has(words.at(-1) ?? '');
    return isEnd && name !== undefined && !name.isNested && !name.isAttribute ? [{ at, words }] : [];
  });
}

/**
 * Finds the `text` of records that have a description as well, as in the postings of Lever: short lines, which name
 * what the records are.
 */
export function findTitleText(
  names: readonly (PathName | undefined)[],
  values: readonly (readonly string[])[],
): number | undefined {
  const own = names.map((name) =>
    name === undefined || name.isNested ? '' : (name.tails[0] ?? []).join(''),
  );
  const at = own.indexOf('text');
  const texts = values[at] ?? [];
  const isLine = texts.every((text) => text.length <= LONGEST_TITLE && !/[\n<]|[.!]$/.test(text));
  const hasDescription = own.some((name) => name.startsWith('description'));
  const hasName = own.some((name) => NAMES.has(name));
  return at !== -1 && texts.length > 0 && isLine && hasDescription && !hasName ? at : undefined;
}
