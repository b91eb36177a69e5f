import { type Column, type FieldError, InletError, type JobPatch } from '@inlet/contracts';
import { compileFilter } from '@inlet/pipeline';

type Selection = Pick<JobPatch, 'identity' | 'filter' | 'changeDetection'>;

/**
 * Refuses settings that name a column which the template does not have. Only looks at the given ones.
 *
 * @throws InletError `invalid_request` with a path for each column, `template_pattern_invalid` for a pattern of the filter
 */
export function checkSelection(
  columns: readonly Column[],
  { identity, filter, changeDetection }: Selection,
): void {
  const keys = new Set(columns.map(({ key }) => key));
  const named: [path: string, key: string][] = [
    ...(identity?.by === 'columns' ? identity.columns : []).map((key, index): [string, string] => [
      `identity.columns.${index}`,
      key,
    ]),
    ...(filter?.conditions ?? []).map(({ column }, index): [string, string] => [
      `filter.conditions.${index}.column`,
      column,
    ]),
    ...(changeDetection?.ignoreColumns ?? []).map((key, index): [string, string] => [
      `changeDetection.ignoreColumns.${index}`,
      key,
    ]),
  ];
  const errors = named
    .filter(([, key]) => !keys.has(key))
    .map(([path, key]): FieldError => ({ path, message: `The template has no column "${key}"` }));
  if (errors.length > 0) throw new InletError('invalid_request', { detail: errors[0]?.message, errors });
  if (filter) compileFilter(filter, columns);
}
