import type { Column, MappedColumn, WidgetTemplate } from '@inlet/contracts';

export interface MappingStatus {
  readonly total: number;
  readonly mapped: number;
  /** Keys of required columns without a value, in the order of the template. */
  readonly missing: readonly string[];
}

/** A rule that only warns does not make a column required. */
export function isRequired({ required }: Column): boolean {
  if (typeof required === 'object') return required.severity !== 'warning';
  return required === true;
}

/** A constant text or a combination counts as filled once it is not empty. */
export function isFilled(mapped: MappedColumn | undefined): mapped is MappedColumn {
  if (mapped === undefined) return false;
  if ('value' in mapped) return mapped.value !== '';
  return 'template' in mapped ? mapped.template !== '' : true;
}

/** The mapping to send to the server: in the template's order, without empty entries. */
export const filledMapping = (
  { columns }: Pick<WidgetTemplate, 'columns'>,
  mapping: Readonly<Record<string, MappedColumn>>,
): MappedColumn[] => columns.map(({ key }) => mapping[key]).filter(isFilled);

export function mappingStatus(
  { columns }: Pick<WidgetTemplate, 'columns'>,
  mapping: Readonly<Record<string, MappedColumn>>,
): MappingStatus {
  const missing = columns.filter(
    (column) => isRequired(column) && !isFilled(mapping[column.key]) && column.default === undefined,
  );
  return {
    total: columns.length,
    mapped: columns.filter(({ key }) => isFilled(mapping[key])).length,
    missing: missing.map(({ key }) => key),
  };
}
