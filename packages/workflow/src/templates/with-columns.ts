import type { Column, Template } from '@inlet/contracts';

/**
 * A template as a job with columns of its own sees it. Identity and uniqueness that name other columns do not
 * count: a part of an identity would take different items for the same one.
 */
export function withColumns<Of extends Pick<Template, 'columns' | 'identity' | 'uniqueTogether'>>(
  template: Of,
  columns: readonly Column[] | null,
): Of {
  if (!columns) return template;
  const keys = new Set(columns.map(({ key }) => key));
  const hasAll = (wanted: readonly string[]) => wanted.every((key) => keys.has(key));
  return {
    ...template,
    columns: [...columns],
    identity: hasAll(template.identity) ? template.identity : [],
    uniqueTogether: template.uniqueTogether.filter((group) => hasAll(group.columns)),
  };
}
