import type { Column, ColumnType } from '@inlet/contracts';

const EXAMPLES: Readonly<Record<ColumnType, string>> = {
  text: 'Text',
  integer: '42',
  number: '19.90',
  date: '2026-01-31',
  date_time: '2026-01-31T09:30:00Z',
  boolean: 'true',
  email: 'ada@example.com',
  url: 'https://example.com/page',
  phone: '+49 30 901820',
  select: '',
  multi_select: '',
  regex: '',
  image_url: 'https://example.com/picture.jpg',
  any: 'Text',
};

/** How people know the options of a column. */
export const optionTexts = ({ options = [] }: Column): string[] =>
  options.map(({ value, label }) => label ?? value);

/** A value for each column that it accepts, as far as its type tells. */
export const sampleRow = (columns: readonly Column[]): string[] => columns.map(exampleOf);

function exampleOf(column: Column): string {
  const { type, delimiter = ',', default: value } = column;
  if (value !== undefined) return value;
  if (type === 'select') return optionTexts(column)[0] ?? '';
  if (type === 'multi_select') return optionTexts(column).slice(0, 2).join(delimiter);
  return type === 'integer' || type === 'number' ? withinRange(column) : EXAMPLES[type];
}

function withinRange({ type, range }: Column): string {
  const example = EXAMPLES[type];
  const { min = example, max = example } = range ?? {};
  if (Number(example) < Number(min)) return String(min);
  return Number(example) > Number(max) ? String(max) : example;
}
