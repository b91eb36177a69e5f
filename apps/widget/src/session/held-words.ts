import type { Held } from '@inlet/contracts';
import { useWidget } from './widget-context.js';

/** Describes the finding that held a run, in the person's language. */
export function useHeldWords(): (held: Held) => string {
  const { t, formats } = useWidget();
  return ({ rule, counts, limit }) =>
    t(`held.rule.${rule}`, {
      affected: formats.number(counts.affected),
      total: formats.number(counts.total),
      limit: formats.percent((limit ?? 0) / 100),
    });
}
