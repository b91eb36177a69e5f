import type { RE2JS } from 're2js';
import { escapeLiteral } from '../values/compile-pattern.js';
import { createLimitedText } from './text-limit.js';

interface ReplaceOptions {
  readonly find: string;
  readonly with: string;
  readonly ignoreCase?: boolean | undefined;
}

/** Replaces every occurrence. */
export function compileReplace({ find, with: insert, ignoreCase }: ReplaceOptions): (text: string) => string {
  const expression = new RegExp(escapeLiteral(find), ignoreCase ? 'giu' : 'gu');
  return (text) => {
    const result = createLimitedText();
    let at = 0;
    for (const match of text.matchAll(expression)) {
      result.add(text.slice(at, match.index));
      if (!result.add(insert)) return result.toString();
      at = match.index + match[0].length;
    }
    if (at === 0) return text;
    result.add(text.slice(at));
    return result.toString();
  };
}

/** A match and its groups, as `matchAll` returns them. */
type Found = RegExpMatchArray;
type Piece = string | ((found: Found) => string);

/** Fills matches into `$1`, `$<name>` and `$&` of a replacement; `$$` is a dollar sign. */
const REFERENCE = /\$(?:(\d)|<(\w+)>|([&$]))/g;

function parseReplacement(insert: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of insert.matchAll(REFERENCE)) {
    const [reference, group, name, sign] = match;
    pieces.push(insert.slice(at, match.index));
    if (sign === '$') pieces.push('$');
    else if (name === undefined) pieces.push((found) => found[Number(group ?? 0)] ?? '');
    else pieces.push((found) => found.groups?.[name] ?? '');
    at = match.index + reference.length;
  }
  return [...pieces, insert.slice(at)];
}

/**
 * The most characters that matching in one text may visit. A pattern such as `a.*b|a` visits the rest of the text for
 * each match, which is quadratic even in RE2; ordinary patterns reach this only in texts of some hundred thousand
 * characters.
 */
const MOST_WORK = 1_000_000_000;

/** Replaces every match; keeps the rest of a text that would take too long. */
export function compileReplacePattern(pattern: RE2JS, insert: string): (text: string) => string {
  const pieces = parseReplacement(insert);
  return (text) => {
    if (!pattern.test(text)) return text;
    const result = createLimitedText();
    let at = 0;
    let work = 0;
    for (const match of pattern.matchAll(text)) {
      const index = match.index ?? 0;
      work += text.length - index;
      if (work > MOST_WORK) break;
      result.add(text.slice(at, index));
      for (const piece of pieces)
        if (!result.add(typeof piece === 'string' ? piece : piece(match))) return result.toString();
      at = index + match[0].length;
    }
    result.add(text.slice(at));
    return result.toString();
  };
}
