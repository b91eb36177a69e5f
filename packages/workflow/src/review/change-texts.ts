import type { Column, SheetOperation } from '@inlet/contracts';
import { compileTransform, escapeLiteral } from '@inlet/pipeline';
import { trimText } from './trim-text.js';

type Kind<K extends SheetOperation['kind']> = Extract<SheetOperation, { kind: K }>;

/** How the text of a cell changes; null clears the cell. */
export type ChangeText = (text: string) => string | null;

/**
 * Finds and replaces. In a replacement of a regular expression `$1` and `$<name>` stand for its groups, `$&` for the
 * match and `$$` for a dollar sign.
 *
 * @throws InletError template_pattern_invalid
 */
export function compileFindAndReplace(operation: Kind<'replace'>): ChangeText {
  const { find, with: insert, matchCase, wholeCell, isRegex } = operation;
  if (!isRegex && !wholeCell)
    return compileTransform({ kind: 'replace', find, with: insert, ignoreCase: !matchCase }, ANY_COLUMN);
  if (!isRegex) {
    const wanted = matchCase ? find : find.toLowerCase();
    return (text) => ((matchCase ? text : text.toLowerCase()) === wanted ? insert : text);
  }
  const pattern = wholeCell ? `^(?:${find})$` : find;
  return compileTransform(
    { kind: 'replace_pattern', pattern, with: insert, ignoreCase: !matchCase },
    ANY_COLUMN,
  );
}

/** Whether a text can contain the searched one: spares most cells the costlier search. */
export function compileMayContain({ find, matchCase, isRegex }: Kind<'replace'>): (text: string) => boolean {
  if (isRegex) return () => true;
  if (matchCase) return (text) => text.includes(find);
  const expression = new RegExp(escapeLiteral(find), 'iu');
  return (text) => expression.test(text);
}

/** @throws InletError invalid_request */
export function compileFix({ by }: Kind<'fix'>, column: Column): ChangeText {
  if (by.kind === 'replace_by') return () => by.text;
  if (by.kind === 'trim') return trimText;
  if (by.kind === 'read_number') return compileTransform({ kind: 'number', decimal: by.decimal }, column);
  const formats = by.kind === 'read_date' ? DATE_FORMATS[by.order] : [by.format];
  return compileTransform({ kind: 'date', formats: [...formats] }, column);
}

/** Dates in numbers, with any usual separator, and possibly with a time. */
const writtenAs = (first: string, second: string): readonly string[] =>
  ['', ' HH:mm', ' HH:mm:ss', ' h:mm a', ' h:mm:ss a'].flatMap((time) =>
    ['yyyy', 'yy'].flatMap((year) =>
      ['/', '.', '-', ' '].map((sign) => `${first}${sign}${second}${sign}${year}${time}`),
    ),
  );

const DATE_FORMATS = { day_first: writtenAs('d', 'M'), month_first: writtenAs('M', 'd') } as const;

/** For transforms that do not depend on a column. */
const ANY_COLUMN: Column = { key: 'any', name: 'any', type: 'text', alternativeNames: [] };
