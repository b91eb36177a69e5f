import { type Column, VALUE_SEPARATOR } from '@inlet/contracts';

/**
 * The single values in a text of a `multi_select` column, without blank ones. A text, or a value of a repeated element in
 * it, that `isWhole` knows is not split.
 */
export function splitChoices(
  text: string,
  { delimiter = ',' }: Pick<Column, 'delimiter'>,
  isWhole: (text: string) => boolean,
): string[] {
  return text
    .split(VALUE_SEPARATOR)
    .flatMap((whole) => (isWhole(whole.trim()) ? [whole] : whole.split(delimiter)))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Joins single values so that `splitChoices` finds each of them whole. */
export function joinChoices(
  values: readonly string[],
  { delimiter = ',' }: Pick<Column, 'delimiter'>,
): string {
  const isAmbiguous = values.some((value) => value.includes(delimiter));
  return values.join(isAmbiguous ? VALUE_SEPARATOR : `${delimiter} `);
}
