import type { Column } from '@inlet/contracts';
import { isAlike } from './similar-names.js';

const MARKS = /[^\p{L}\p{N}]+/gu;

/** Without accents, case, spaces and punctuation. */
const foldSpelling = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(MARKS, '');

interface Spelling {
  readonly folded: string;
  readonly value: string;
}

/**
 * Finds the only option that is spelled nearly like a text: the same without accents, case, spaces and punctuation, else
 * with one or two wrong letters. Undefined for none and for several.
 */
export function compileSimilarOption({
  options = [],
}: Pick<Column, 'options'>): (text: string) => string | undefined {
  const spellings: Spelling[] = options.flatMap(({ value, label, alternatives = [] }) =>
    [value, label ?? value, ...alternatives].map((spelling) => ({ folded: foldSpelling(spelling), value })),
  );
  const onlyOne = (isSame: (spelling: Spelling) => boolean): string | undefined => {
    const found = new Set(spellings.filter(isSame).map(({ value }) => value));
    return found.size === 1 ? [...found][0] : undefined;
  };
  return (text) => {
    const wanted = foldSpelling(text);
    if (wanted === '') return undefined;
    return onlyOne(({ folded }) => folded === wanted) ?? onlyOne(({ folded }) => isAlike(wanted, folded));
  };
}
