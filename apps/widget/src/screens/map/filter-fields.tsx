import type { Column } from '@inlet/contracts';
import { ActionIcon, Button, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import type { ConditionForm, FilterForm, FilterOp } from '../../wizard/selection-form.js';
import css from './row-options.module.css';

const OPS: readonly FilterOp[] = ['contains', 'equals', 'in', 'greater', 'empty', 'regex'];

export interface FilterFieldsProps {
  readonly filter: FilterForm;
  /** The columns that have values. */
  readonly columns: readonly Column[];
  readonly onChange: (filter: FilterForm) => void;
}

/** The conditions that decide which rows are imported. */
export function FilterFields({ filter, columns, onChange }: FilterFieldsProps) {
  const { t } = useWidget();
  const { conditions, include, match } = filter;
  const update = (at: number, changed: Partial<ConditionForm>) =>
    onChange({
      ...filter,
      conditions: conditions.map((each, index) => (index === at ? { ...each, ...changed } : each)),
    });
  return (
    <div className={css.panel}>
      <div className={css.pair}>
        <Select
          label={t('filter.what')}
          data={[
            { value: 'include', label: t('filter.include') },
            { value: 'exclude', label: t('filter.exclude') },
          ]}
          value={include ? 'include' : 'exclude'}
          allowDeselect={false}
          onChange={(value) => onChange({ ...filter, include: value !== 'exclude' })}
        />
        {conditions.length > 1 && (
          <Select
            label={t('filter.match')}
            data={(['all', 'any'] as const).map((value) => ({ value, label: t(`filter.${value}`) }))}
            value={match}
            allowDeselect={false}
            onChange={(value) => onChange({ ...filter, match: value === 'any' ? 'any' : 'all' })}
          />
        )}
      </div>
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity besides their order.
        <div key={index} className={css.condition}>
          <Select
            aria-label={t('filter.column')}
            data={columns.map(({ key, name }) => ({ value: key, label: name }))}
            value={condition.column}
            allowDeselect={false}
            onChange={(column) => update(index, { column: column ?? condition.column })}
          />
          <Select
            aria-label={t('filter.op')}
            data={OPS.map((op) => ({ value: op, label: t(`op.${op}`) }))}
            value={condition.op}
            allowDeselect={false}
            onChange={(op) => update(index, { op: (op ?? 'contains') as FilterOp })}
          />
          {condition.op !== 'empty' && (
            <TextField
              aria-label={t('filter.value')}
              placeholder={condition.op === 'in' ? t('filter.values') : t('filter.value')}
              value={condition.value}
              onChange={(value) => update(index, { value })}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className={css.remove}
            aria-label={t('filter.remove')}
            onClick={() => onChange({ ...filter, conditions: conditions.filter((_, at) => at !== index) })}
          >
            <IconTrash size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        className={css.start}
        disabled={columns.length === 0}
        leftSection={<IconPlus size={16} aria-hidden="true" />}
        onClick={() => {
          const column = columns[0]?.key ?? '';
          onChange({ ...filter, conditions: [...conditions, { column, op: 'contains', value: '' }] });
        }}
      >
        {t('filter.add')}
      </Button>
    </div>
  );
}
