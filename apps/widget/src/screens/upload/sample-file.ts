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

/** A value that the column accepts, as far as its type tells. */
function exampleOf({ type, options, delimiter = ',', default: value }: Column): string {
  if (value !== undefined) return value;
  if (type === 'select') return options?.[0]?.value ?? '';
  if (type === 'multi_select')
    return (options ?? [])
      .slice(0, 2)
      .map((option) => option.value)
      .join(delimiter);
  return EXAMPLES[type];
}

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** CSV with the names of the columns and one row. The mark at the beginning tells spreadsheets that it is UTF-8. */
const sampleOf = (columns: readonly Column[]): string =>
  `\uFEFF${[columns.map(({ name }) => name), columns.map(exampleOf)]
    .map((row) => `${row.map(quote).join(',')}\r\n`)
    .join('')}`;

/** Saves the sample on the person's device. */
export function saveSample(columns: readonly Column[], name: string): void {
  const url = URL.createObjectURL(new Blob([sampleOf(columns)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
