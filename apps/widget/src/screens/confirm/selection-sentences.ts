import type { Column, FilterCondition, FirstRun, RowFilter, WidgetTemplate } from '@inlet/contracts';
import type { Words } from '../../session/words.js';
import { toFilter, toIdentity } from '../../wizard/selection-form.js';
import type { WizardState } from '../../wizard/state.js';

export interface SelectionSentencesOptions extends Pick<Words, 't' | 'formats'> {
  readonly template: Pick<WidgetTemplate, 'columns'>;
}

/** One sentence for each choice about rows that differs from the default: identity, conditions, first run, comparison. */
export function selectionSentences(
  { selection, changeDetection, editing }: Pick<WizardState, 'selection' | 'changeDetection' | 'editing'>,
  { template: { columns }, t, formats }: SelectionSentencesOptions,
): string[] {
  const identity = toIdentity(selection.identity);
  const filter = toFilter(selection.filter, columns);
  const namesOf = (keys: readonly string[]) => formats.list(keys.map((key) => nameOf(key, columns)));
  const isFirstRunAhead = editing === null || editing.isDraft;
  const ignored = changeDetection.ignoreColumns;
  const sentences = [
    identity.by === 'columns' ? t('rows.identity.columns', { columns: namesOf(identity.columns) }) : null,
    identity.by === 'feed' || identity.by === 'content' ? t(`rows.identity.${identity.by}`) : null,
    filter && describeFilter(filter, { columns, t, formats }),
    isFirstRunAhead ? describeFirstRun(selection.firstRun, t) : null,
    ignored.length > 0 ? t('rows.ignored', { columns: namesOf(ignored) }) : null,
  ];
  return sentences.filter((sentence) => sentence !== null);
}

function describeFirstRun(firstRun: FirstRun, t: Words['t']): string | null {
  if (firstRun === 'all') return null;
  return firstRun === 'none' ? t('rows.firstRun.none') : t('rows.firstRun.newest', { n: firstRun.newest });
}

const nameOf = (key: string, columns: readonly Column[]): string =>
  columns.find((column) => column.key === key)?.name ?? key;

interface DescribeOptions extends Pick<Words, 't' | 'formats'> {
  readonly columns: readonly Column[];
}

function describeFilter({ match, include, conditions }: RowFilter, options: DescribeOptions): string {
  const { t, formats } = options;
  const all = conditions.map((condition) => describeCondition(condition, options));
  return t(include ? 'rows.include' : 'rows.exclude', {
    conditions: formats.list(all, match === 'all' ? 'conjunction' : 'disjunction'),
  });
}

function describeCondition(condition: FilterCondition, { columns, t, formats }: DescribeOptions): string {
  const quote = (value: unknown) => t('rows.quoted', { value: String(value) });
  const value =
    condition.op === 'empty'
      ? ''
      : condition.op === 'in'
        ? formats.list(condition.value.map(quote), 'disjunction')
        : quote(condition.value);
  return t(`condition.${condition.op}`, { column: nameOf(condition.column, columns), value });
}
