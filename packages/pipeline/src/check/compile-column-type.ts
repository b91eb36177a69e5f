import type { Column } from '@inlet/contracts';
import { compilePattern } from '../values/compile-pattern.js';
import { compileDate, compileDateTime } from './compile-date.js';
import { compileInteger, compileNumber } from './compile-number.js';
import { compilePhone } from './compile-phone.js';
import { compileMultiSelect, compileSelect } from './compile-select.js';
import { compileImageUrl, compileUrl } from './read-url.js';
import type { ReadValue, Refusal } from './refusal.js';

const MISMATCH: Refusal = { refused: 'pattern_mismatch' };

const asItStands: ReadValue = (text) => text;

function compileRegex({ pattern }: Column): ReadValue {
  if (!pattern) return asItStands;
  const compiled = compilePattern(pattern.regex, pattern);
  return (text) => (compiled.testExact(text) ? text : MISMATCH);
}

const NOT_A_BOOLEAN: Refusal = { refused: 'not_a_boolean' };

/** English, German, French, Spanish; the last words of each are those of spreadsheets. */
const YES_WORDS = 'true yes 1 y on t ja j wahr oui o vrai si sí s verdadero';
const NO_WORDS = 'false no 0 n off f nein falsch non faux falso';

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...YES_WORDS.split(' ').map((word) => [word, true] as const),
  ...NO_WORDS.split(' ').map((word) => [word, false] as const),
]);

const readBoolean: ReadValue = (text) =>
  BOOLEANS.get(text) ?? BOOLEANS.get(text.toLowerCase()) ?? NOT_A_BOOLEAN;

const NOT_AN_EMAIL: Refusal = { refused: 'not_an_email' };

/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
const MAX_EMAIL_CHARACTERS = 254;

/** The rule of HTML5's `<input type="email">`, with at least one dot in the domain and 64 characters before the @. */
const PLAIN_EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])$/i;
/** The same rule with letters of all scripts (RFC 6531). */
const INTERNATIONAL_EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+\p{L}(?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])$/iu;

const readEmail: ReadValue = (text) => {
  if (text.length > MAX_EMAIL_CHARACTERS) return NOT_AN_EMAIL;
  return PLAIN_EMAIL.test(text) || INTERNATIONAL_EMAIL.test(text) ? text : NOT_AN_EMAIL;
};

/** Reads trimmed, non-empty text as the column's type. Relative addresses resolve against `baseUrl`, if there is one. */
export function compileColumnType(column: Column, baseUrl: string | null = null): ReadValue {
  switch (column.type) {
    case 'text':
    case 'any':
      return asItStands;
    case 'integer':
      return compileInteger(column);
    case 'number':
      return compileNumber(column);
    case 'date':
      return compileDate(column);
    case 'date_time':
      return compileDateTime(column);
    case 'boolean':
      return readBoolean;
    case 'email':
      return readEmail;
    case 'url':
      return compileUrl(baseUrl);
    case 'image_url':
      return compileImageUrl(baseUrl);
    case 'phone':
      return compilePhone(column);
    case 'select':
      return compileSelect(column);
    case 'multi_select':
      return compileMultiSelect(column);
    case 'regex':
      return compileRegex(column);
  }
}
