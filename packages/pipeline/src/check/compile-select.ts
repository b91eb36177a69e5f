import type { Column } from '@inlet/contracts';
import { compileOptionMatch } from '../values/match-option.js';
import { splitChoices } from '../values/split-choices.js';
import { shorten } from './messages.js';
import type { ReadValue, Refusal } from './refusal.js';

type SelectSettings = Pick<Column, 'options' | 'delimiter'>;

const MOST_OPTIONS_NAMED = 5;

function nameOptions({ options = [] }: SelectSettings): string {
  const names = options.slice(0, MOST_OPTIONS_NAMED).map(({ label, value }) => shorten(label || value));
  const more = options.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

export function compileSelect(column: SelectSettings): ReadValue {
  const match = compileOptionMatch(column);
  const refusal: Refusal = { refused: 'not_an_option', fill: { options: nameOptions(column) } };
  return (text) => match(text) ?? refusal;
}

/**
 * Reads the options once each, in the order of the text. A text, or a value of a repeated element in it, that is an
 * option as a whole is not split. One unknown part refuses the whole value.
 */
export function compileMultiSelect(column: SelectSettings): ReadValue {
  const match = compileOptionMatch(column);
  const options = nameOptions(column);
  const isOption = (text: string) => match(text) !== undefined;
  return (text) => {
    const chosen = new Set<string>();
    for (const spelling of splitChoices(text, column, isOption)) {
      const value = match(spelling);
      if (value === undefined)
        return { refused: 'not_an_option', fill: { options, value: shorten(spelling) } };
      chosen.add(value);
    }
    return [...chosen];
  };
}
