import type { Column, Template } from '@inlet/contracts';

/**
 * A template with other columns. If identity or a uniqueness rule names a column that is missing from them, it is
 * dropped as a whole: a part of an identity would confuse different items.
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
