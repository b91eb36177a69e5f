import type { ReadValue, Refusal } from './refusal.js';

const NOT_AN_EMAIL: Refusal = { refused: 'not_an_email' };

/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
const MOST_CHARACTERS = 254;

/** The rule of HTML5's `<input type="email">`, with at least one dot in the domain and 64 characters before the @. */
const PLAIN =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])$/i;
/** The same rule with letters of all scripts (RFC 6531). */
const INTERNATIONAL =
  /^[\w.!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+\p{L}(?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])$/iu;

export const readEmail: ReadValue = (text) => {
  if (text.length > MOST_CHARACTERS) return NOT_AN_EMAIL;
  return PLAIN.test(text) || INTERNATIONAL.test(text) ? text : NOT_AN_EMAIL;
};
