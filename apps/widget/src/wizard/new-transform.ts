import type { Column, Transform } from '@inlet/contracts';

type TransformKind = Transform['kind'];

const FOR_TEXT: readonly TransformKind[] = [
  'strip_html',
  'collapse_spaces',
  'case',
  'replace',
  'replace_pattern',
  'split',
  'default',
];
const FOR_NUMBERS: readonly TransformKind[] = ['number', 'replace', 'split', 'default'];
const FOR_DATES: readonly TransformKind[] = ['date', 'replace', 'default'];
const FOR_CHOICES: readonly TransformKind[] = ['map_values', 'case', 'split', 'default'];

/** The transforms to offer for a column. `trim` is not offered: values never begin or end with spaces. */
export function transformsFor({ type }: Column): readonly TransformKind[] {
  if (type === 'integer' || type === 'number') return FOR_NUMBERS;
  if (type === 'date' || type === 'date_time') return FOR_DATES;
  if (type === 'select' || type === 'multi_select' || type === 'boolean') return FOR_CHOICES;
  return FOR_TEXT;
}

/** Creates a transform with settings to start from. */
export function newTransform(kind: TransformKind, column: Column): Transform {
  switch (kind) {
    case 'trim':
    case 'collapse_spaces':
    case 'strip_html':
      return { kind };
    case 'case':
      return { kind, to: 'lower' };
    case 'replace':
      return { kind, find: ' ', with: ' ' };
    case 'replace_pattern':
      return { kind, pattern: '\\s+', with: ' ' };
    case 'default':
      return { kind, value: '' };
    case 'split':
      return { kind, delimiter: ',', take: 1 };
    case 'number':
      return { kind, decimal: column.decimal ?? ',' };
    case 'date':
      return { kind, formats: ['dd.MM.yyyy'] };
    case 'map_values':
      return { kind, values: [{ from: '', to: column.options?.[0]?.value ?? '' }], otherwise: 'keep' };
  }
}
