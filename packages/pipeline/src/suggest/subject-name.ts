import { namesOtherConcept } from './feed-concepts.js';
import type { PathName } from './name-tokens.js';

const NAMES: ReadonlySet<string> = new Set(['name', 'title']);

/** Words before `name` or `title` that say that it is not the name of the record. */
const OTHERS: ReadonlySet<string> = new Set(
  'first last middle family given nick user full file screen login legal short alternate alternative previous former old local common contact person owner agent manager customer client seller buyer doctor parent group type class category brand company city country state region county district street area domain host server table column field language currency time zone unit attribute option variant collection series album artist channel meta seo page site feed source show image photo video audio song track of'.split(
    ' ',
  ),
);

/**
 * Finds the field of a table that names what its rows are, such as `Restaurant Name`: the only one of this form, in a
 * table without a plain name or title.
 */
export function findSubjectName(names: readonly (PathName | undefined)[]): number | undefined {
  const named = names.flatMap((name, at) => {
    const [words = []] = name?.tails ?? [];
    const isName = NAMES.has(words.at(-1) ?? '');
    return isName && name !== undefined && !name.isNested && !name.isAttribute ? [{ at, words }] : [];
  });
  const [one] = named;
  if (named.length !== 1 || one === undefined || one.words.length !== 2) return undefined;
  const [subject = ''] = one.words;
  return OTHERS.has(subject) || namesOtherConcept(subject) ? undefined : one.at;
}
