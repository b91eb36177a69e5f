import type { Column, Held, Identity } from '@inlet/contracts';
import { useWidget } from './widget-context.js';

/** Describes the finding that held a run, in the person's language. */
export function useHeldWords(): (held: Held) => string {
  const { t, formats, session } = useWidget();
  const nameOf = (columnKey: string) =>
    session.template.columns.find(({ key }) => key === columnKey)?.name ?? columnKey;
  return ({ rule, columnKey, counts, limit }) => {
    if (rule === 'empty' && counts.total === 0) return t('held.rule.emptyFirst');
    return t(columnKey === undefined ? `held.rule.${rule}` : 'held.rule.invalidValues', {
      column: nameOf(columnKey ?? ''),
      affected: formats.number(counts.affected),
      total: formats.number(counts.total),
      limit: formats.percent((limit ?? 0) / 100),
    });
  };
}

/** Names what identifies items, as part of a sentence. */
export function useBasisWords(columns: readonly Column[]): (identity: Identity) => string {
  const { t, formats } = useWidget();
  return (identity) => {
    if (identity.by === 'content') return t('held.basis.content');
    if (identity.by !== 'columns') return t('held.basis.feed');
    return formats.list(identity.columns.map((key) => columns.find((each) => each.key === key)?.name ?? key));
  };
}
