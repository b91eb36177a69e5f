import type { Column } from '@inlet/contracts';
import { compilePattern } from '../values/compile-pattern.js';
import { compileDate, compileDateTime } from './compile-date.js';
import { compileInteger, compileNumber } from './compile-number.js';
import { compilePhone } from './compile-phone.js';
import { compileMultiSelect, compileSelect } from './compile-select.js';
import { readBoolean } from './read-boolean.js';
import { readEmail } from './read-email.js';
import { compileImageUrl, compileUrl } from './read-url.js';
import type { ReadValue, Refusal } from './refusal.js';

const MISMATCH: Refusal = { refused: 'pattern_mismatch' };

const asItStands: ReadValue = (text) => text;

function compileRegex({ pattern }: Column): ReadValue {
  if (!pattern) return asItStands;
  const compiled = compilePattern(pattern.regex, pattern);
  return (text) => (compiled.testExact(text) ? text : MISMATCH);
}

/** Reads trimmed, non-empty text as the column's type. Relative addresses resolve against `baseUrl`, if there is one. */
export function compileType(column: Column, baseUrl: string | null = null): ReadValue {
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
