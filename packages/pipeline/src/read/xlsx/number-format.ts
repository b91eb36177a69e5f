/** How the number of a cell is shown, as far as it decides what the number means. */
export type NumberKind = 'number' | 'date' | 'time' | 'date_time' | 'duration';

/** Formats that programs do not write out; those of East Asian editions are dates too (ECMA-376, part 1, 18.8.30). */
const BUILT_IN: readonly (readonly [first: number, last: number, kind: NumberKind])[] = [
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'date_time'],
  [27, 31, 'date'],
  [32, 35, 'time'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [46, 46, 'duration'],
  [47, 47, 'time'],
  [50, 54, 'date'],
  [55, 56, 'time'],
  [57, 58, 'date'],
];

export function builtInKind(id: number): NumberKind {
  return BUILT_IN.find(([first, last]) => id >= first && id <= last)?.[2] ?? 'number';
}

/** Texts in quotes, escaped, padding and filling characters. */
const LITERAL = /"[^"]*"?|\\.|[_*]./g;
/** Conditions, colours, currencies and locales; `[h]`, `[mm]`, `[s]` are elapsed time. */
const BRACKETS = /\[(?!h+\]|m+\]|s+\])[^\]]*\]?/gi;
const ELAPSED = /\[(h+|m+|s+)\]/i;

/** What a format means by its first section, the one for positive numbers. */
export function kindOfFormat(code: string): NumberKind {
  const [section = ''] = code.replace(LITERAL, '').split(';');
  if (/^\s*general\s*$/i.test(section)) return 'number';
  if (ELAPSED.test(section)) return 'duration';
  const letters = section
    .replace(BRACKETS, '')
    .replace(/am\/pm|a\/p/gi, 'h')
    .replace(/general|e[+-]/gi, '');
  const hasTime = /[hs]/i.test(letters);
  const hasDate = /[ydgb]/i.test(letters) || /e(?![+-])/i.test(letters) || /mmm/i.test(letters);
  if (hasTime) return hasDate ? 'date_time' : 'time';
  return hasDate || /m/i.test(letters) ? 'date' : 'number';
}
