import type { Column } from '@inlet/contracts';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ReadValue, Refusal } from './refusal.js';

const NOT_A_PHONE: Refusal = { refused: 'not_a_phone' };
const NO_COUNTRY: Refusal = { refused: 'not_a_phone:country' };
const EXTENSION: Refusal = { refused: 'not_a_phone:extension' };

/** The longest sensible form of a number; the parser's cost grows with the text. */
const MOST_CHARACTERS = 60;

/** To E.164 (`+493012345678`), checked against the numbering plans of all countries. */
export function compilePhone({ country }: Pick<Column, 'country'>): ReadValue {
  const home = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const options = home ? { defaultCountry: home, extract: false } : { extract: false };
  return (text) => {
    if (text.length > MOST_CHARACTERS) return NOT_A_PHONE;
    const international = home ? text : text.replace(/^00(?=\d)/, '+');
    const phone = parsePhoneNumberFromString(international, options);
    if (phone?.ext) return EXTENSION;
    if (phone?.isValid()) return phone.number;
    return home || phone || !/^[\d\s()./-]{5,}$/.test(international) ? NOT_A_PHONE : NO_COUNTRY;
  };
}
