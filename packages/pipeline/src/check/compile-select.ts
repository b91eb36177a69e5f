import { type Column, VALUE_SEPARATOR } from '@inlet/contracts';
import { shorten } from './messages.js';
import type { ReadValue, Refusal } from './refusal.js';

type SelectSettings = Pick<Column, 'options' | 'delimiter'>;

const MOST_OPTIONS_NAMED = 5;

/** Values take precedence over labels, labels over alternatives, and exact case over any case. */
function compileMatch({ options = [] }: SelectSettings): (text: string) => string | undefined {
  const exact = new Map<string, string>();
  const anyCase = new Map<string, string | undefined>();
  const add = (spelling: string, value: string): void => {
    if (!exact.has(spelling)) exact.set(spelling, value);
    const folded = spelling.toLowerCase();
    // Options that differ only in case need their exact case.
    anyCase.set(folded, !anyCase.has(folded) || anyCase.get(folded) === value ? value : undefined);
  };
  for (const { value } of options) add(value.trim(), value);
  for (const { label, value } of options) if (label?.trim()) add(label.trim(), value);
  for (const { alternatives = [], value } of options)
    for (const spelling of alternatives) add(spelling.trim(), value);
  return (text) => exact.get(text) ?? anyCase.get(text.toLowerCase());
}

function nameOptions({ options = [] }: SelectSettings): string {
  const names = options.slice(0, MOST_OPTIONS_NAMED).map(({ label, value }) => shorten(label || value));
  const more = options.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

export function compileSelect(column: SelectSettings): ReadValue {
  const match = compileMatch(column);
  const refusal: Refusal = { refused: 'not_an_option', fill: { options: nameOptions(column) } };
  return (text) => match(text) ?? refusal;
}

/**
 * Reads the options once each, in the order of the text. A text, or a value of a repeated element in it, that is an
 * option as a whole is not split. One unknown part refuses the whole value.
 */
export function compileMultiSelect(column: SelectSettings): ReadValue {
  const match = compileMatch(column);
  const options = nameOptions(column);
  const delimiter = column.delimiter ?? ',';
  return (text) => {
    const chosen = new Set<string>();
    for (const whole of text.split(VALUE_SEPARATOR)) {
      const parts = match(whole.trim()) === undefined ? whole.split(delimiter) : [whole];
      for (const part of parts) {
        const spelling = part.trim();
        if (spelling === '') continue;
        const value = match(spelling);
        if (value === undefined)
          return { refused: 'not_an_option', fill: { options, value: shorten(spelling) } };
        chosen.add(value);
      }
    }
    return [...chosen];
  };
}
