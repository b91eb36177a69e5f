import type { Column, FilterCondition, FirstRun, Identity, RowFilter } from '@inlet/contracts';

/** Which rows are the same row in the next run. The columns stay when another basis is tried. */
export interface IdentityForm {
  readonly by: Identity['by'];
  readonly columns: readonly string[];
}

export type FilterOp = FilterCondition['op'];

/** A condition as typed; `in` has its values separated by commas. */
export interface ConditionForm {
  readonly column: string;
  readonly op: FilterOp;
  readonly value: string;
}

export interface FilterForm {
  readonly match: RowFilter['match'];
  readonly include: boolean;
  readonly conditions: readonly ConditionForm[];
}

/** Which rows of the source are imported, and how they are told apart. */
export interface SelectionForm {
  readonly identity: IdentityForm;
  readonly filter: FilterForm;
  readonly firstRun: FirstRun;
}

export const newSelectionForm = (): SelectionForm => ({
  identity: { by: 'template', columns: [] },
  filter: { match: 'all', include: true, conditions: [] },
  firstRun: 'all',
});

interface Selection {
  readonly identity: Identity;
  readonly filter: RowFilter | null;
  readonly firstRun: FirstRun;
}

export const toSelectionForm = ({ identity, filter, firstRun }: Selection): SelectionForm => ({
  identity: { by: identity.by, columns: identity.by === 'columns' ? identity.columns : [] },
  filter: filter
    ? { ...filter, conditions: filter.conditions.map(toConditionForm) }
    : newSelectionForm().filter,
  firstRun,
});

function toConditionForm(condition: FilterCondition): ConditionForm {
  const { column, op } = condition;
  if (op === 'empty') return { column, op, value: '' };
  return { column, op, value: op === 'in' ? condition.value.join(', ') : String(condition.value) };
}

/** Chosen columns without a column count as not chosen. */
export const toIdentity = ({ by, columns }: IdentityForm): Identity => {
  if (by !== 'columns') return { by };
  return columns.length === 0 ? { by: 'template' } : { by, columns: [...columns] };
};

/** Leaves out conditions that are not filled in; null without any condition. */
export function toFilter(
  { match, include, conditions }: FilterForm,
  columns: readonly Column[],
): RowFilter | null {
  const filled = conditions.flatMap((condition) => {
    const column = columns.find(({ key }) => key === condition.column);
    return column && isConditionFilled(condition) ? [toCondition(condition, column)] : [];
  });
  return filled.length === 0 ? null : { match, include, conditions: filled };
}

const isConditionFilled = ({ op, value }: ConditionForm): boolean =>
  op === 'empty' || (op === 'in' ? listOf(value).length > 0 : value.trim() !== '');

function toCondition({ op, value }: ConditionForm, { key: column, type }: Column): FilterCondition {
  const typed = (text: string): string | number | boolean => {
    if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    const isNumeric = (type === 'number' || type === 'integer') && Number.isFinite(Number(text));
    return isNumeric ? Number(text) : text;
  };
  switch (op) {
    case 'empty':
      return { column, op };
    case 'in':
      return { column, op, value: listOf(value).map(typed) };
    case 'equals':
      return { column, op, value: typed(value.trim()) };
    case 'greater': {
      const limit = typed(value.trim());
      return { column, op, value: typeof limit === 'boolean' ? value.trim() : limit };
    }
    case 'contains':
      return { column, op, value: value.trim() };
    case 'regex':
      return { column, op, value };
  }
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
