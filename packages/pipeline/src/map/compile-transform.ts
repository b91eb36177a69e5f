import type { Column, Transform } from '@inlet/contracts';
import { compileDateReader } from '../values/compile-date-reader.js';
import { compilePattern } from '../values/compile-pattern.js';
import { scanNumber } from '../values/scan-number.js';
import { joinChoices, splitChoices } from '../values/split-choices.js';
import { openTimeZone } from '../values/time-zone.js';
import { writeMoment } from '../values/write-moment.js';
import { compileReplace, compileReplacePattern } from './replace-text.js';
import { stripHtml } from './strip-html.js';

/** Turns text into text; empty text means no value. */
export type TransformText = (text: string) => string;

type Kind<K extends Transform['kind']> = Extract<Transform, { kind: K }>;

/** Throws InletError `template_pattern_invalid`, and a RangeError for an unknown zone or date format. */
export function compileTransform(transform: Transform, column: Column): TransformText {
  switch (transform.kind) {
    case 'trim':
      return (text) => text.trim();
    case 'collapse_spaces':
      return (text) => text.replace(/\s+/g, ' ');
    case 'strip_html':
      return stripHtml;
    case 'case':
      return CASES[transform.to];
    case 'replace':
      return compileReplace(transform);
    case 'replace_pattern':
      return compileReplacePattern(compilePattern(transform.pattern, transform), transform.with);
    case 'default':
      return (text) => (text.trim() === '' ? transform.value : text);
    case 'split':
      return compileSplit(transform);
    case 'number':
      return compileNumberText(transform, column);
    case 'date':
      return compileDateText(transform);
    case 'map_values':
      return compileMapValues(transform, column);
  }
}

const WORD = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu;

function capitalize(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length).toLowerCase();
}

const CASES: Readonly<Record<Kind<'case'>['to'], TransformText>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: (text) => text.replace(WORD, capitalize),
};

const compileSplit =
  ({ delimiter, take }: Kind<'split'>): TransformText =>
  (text) =>
    text.split(delimiter).at(take > 0 ? take - 1 : take) ?? '';

export const isNumeric = ({ type }: Pick<Column, 'type'>): boolean => type === 'number' || type === 'integer';

/** Turns a number into plain digits; keeps other text, which the check reports. */
function compileNumberText({ decimal }: Kind<'number'>, column: Column): TransformText {
  const sign = (isNumeric(column) && column.decimal) || '.';
  // A column without a decimal sign might read three digits after the sign as a group.
  const padsThree = isNumeric(column) && column.decimal === undefined;
  return (text) => {
    const digits = scanNumber(text.trim(), decimal);
    if (typeof digits === 'string') return text;
    const { isNegative, integer, fraction } = digits;
    const padded = padsThree && fraction.length === 3 ? `${fraction}0` : fraction;
    return `${isNegative ? '-' : ''}${integer}${padded && sign}${padded}`;
  };
}

/** Turns a date into ISO 8601, with an offset if the text or `timeZone` has one, so that the day stays as written. */
function compileDateText({ formats, timeZone }: Kind<'date'>): TransformText {
  const zone = openTimeZone(timeZone ?? 'UTC');
  const read = compileDateReader({ formats, zone });
  return (text) => {
    const moment = read(text.trim());
    if (typeof moment === 'string') return text;
    if (!moment.time || moment.time.offsetMinutes !== undefined || timeZone === undefined)
      return writeMoment(moment);
    return writeMoment(zone.toMoment(zone.toInstant(moment)));
  };
}

/** In a column with several choices, a text that is no entry as a whole is replaced part by part. */
function compileMapValues(
  { values, otherwise, ignoreCase }: Kind<'map_values'>,
  column: Column,
): TransformText {
  const fold = (text: string) => (ignoreCase ? text.trim().toLowerCase() : text.trim());
  const target = new Map<string, string>();
  for (const { from, to } of values) if (!target.has(fold(from))) target.set(fold(from), to);
  const replace: TransformText = (text) => target.get(fold(text)) ?? (otherwise === 'keep' ? text : '');
  if (column.type !== 'multi_select') return replace;
  const isEntry = (text: string) => target.has(fold(text));
  return (text) => {
    const parts = splitChoices(text, column, isEntry);
    if (parts.length < 2 || (otherwise === 'keep' && !parts.some(isEntry))) return replace(text);
    return joinChoices(
      parts.map(replace).filter((part) => part !== ''),
      column,
    );
  };
}
