import type { ReadValue, Refusal } from './refusal.js';

const NOT_A_BOOLEAN: Refusal = { refused: 'not_a_boolean' };

/** English, German, French, Spanish; the last words of each are those of spreadsheets. */
const YES = 'true yes 1 y on t ja j wahr oui o vrai si sí s verdadero';
const NO = 'false no 0 n off f nein falsch non faux falso';

const MEANING: ReadonlyMap<string, boolean> = new Map([
  ...YES.split(' ').map((word) => [word, true] as const),
  ...NO.split(' ').map((word) => [word, false] as const),
]);

export const readBoolean: ReadValue = (text) =>
  MEANING.get(text) ?? MEANING.get(text.toLowerCase()) ?? NOT_A_BOOLEAN;
