import type { Column } from '@inlet/contracts';

/** Finds the value of the option that a text names. Values take precedence over labels, labels over alternatives, and exact case over any case. */
export function compileOptionMatch({
  options = [],
}: Pick<Column, 'options'>): (text: string) => string | undefined {
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
