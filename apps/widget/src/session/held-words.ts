import type { Held } from '@inlet/contracts';
import { useWidget } from './widget-context.js';

/** Describes the finding that held a run, in the person's language. */
export function useHeldWords(): (held: Held) => string {
  const { t, formats, session } = useWidget();
  const nameOf = (columnKey: string) =>
    session.template.columns.find(({ key }) => key === columnKey)?.name ?? columnKey;
  return ({ rule, columnKey, counts, limit }) =>
    t(columnKey === undefined ? `held.rule.${rule}` : 'held.rule.invalidValues', {
      column: nameOf(columnKey ?? ''),
      affected: formats.number(counts.affected),
      total: formats.number(counts.total),
      limit: formats.percent((limit ?? 0) / 100),
    });
}
