import type { Column, ColumnType, Heading } from '@inlet/contracts';

/** How well the values of a heading fit a column's type. */
export type TypeFit = 'exact' | 'possible' | 'unlikely';

/** Proposed types of headings that may still hold values of the column's type. */
const POSSIBLE: Readonly<Partial<Record<ColumnType, readonly ColumnType[]>>> = {
  integer: ['number', 'text', 'boolean'],
  number: ['text'],
  date: ['text', 'integer'],
  date_time: ['text', 'integer'],
  boolean: ['integer', 'text'],
  email: ['text'],
  url: ['text'],
  phone: ['integer', 'text'],
  image_url: ['url', 'text'],
};
const EXACT: Readonly<Partial<Record<ColumnType, readonly ColumnType[]>>> = {
  number: ['integer'],
  date: ['date_time'],
  date_time: ['date'],
  url: ['image_url'],
};

export function typeFit(column: Column, heading: Heading): TypeFit {
  const { type } = column;
  const { proposedType, samples } = heading;
  if (samples.length === 0) return 'possible';
  if (type === 'select') return optionFit(column, samples);
  if (type === 'text' || type === 'any' || type === 'regex' || type === 'multi_select') return 'possible';
  if (proposedType === type || EXACT[type]?.includes(proposedType)) return 'exact';
  return POSSIBLE[type]?.includes(proposedType) ? 'possible' : 'unlikely';
}

/** Samples that are all options are strong evidence; others may still be mapped by their values. */
function optionFit({ options = [] }: Column, samples: readonly string[]): TypeFit {
  const known = new Set(
    options.flatMap(({ value, label = value, alternatives = [] }) =>
      [value, label, ...alternatives].map((spelling) => spelling.trim().toLowerCase()),
    ),
  );
  return samples.every((sample) => known.has(sample.trim().toLowerCase())) ? 'exact' : 'possible';
}
