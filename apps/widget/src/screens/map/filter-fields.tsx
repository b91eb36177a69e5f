import type { Column, PreviewResponse } from '@inlet/contracts';
import { Select } from '@mantine/core';
import { ApiProblem } from '../../api/api-problem.js';
import { EditableList } from '../../components/editable-list.js';
import { TextField } from '../../components/text-field.js';
import type { Preview } from '../../session/use-preview.js';
import { useWidget } from '../../session/widget-context.js';
import type { ConditionForm, FilterForm, FilterOp } from '../../wizard/selection-form.js';
import { Finding } from './finding.js';
import css from './row-options.module.css';

const OPS: readonly FilterOp[] = ['contains', 'equals', 'in', 'greater', 'empty', 'regex'];

export interface FilterFieldsProps {
  readonly filter: FilterForm;
  /** The columns that have values. */
  readonly columns: readonly Column[];
  readonly preview: Preview;
  readonly onChange: (filter: FilterForm) => void;
}

/** The conditions that decide which rows are imported. */
export function FilterFields({ filter, columns, preview, onChange }: FilterFieldsProps) {
  const { t } = useWidget();
  const { conditions, include, match } = filter;
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
      <EditableList
        items={conditions}
        addLabel={t('filter.add')}
        removeLabel={t('filter.remove')}
        newItem={() => {
          const [column] = columns;
          return column ? newCondition(column) : null;
        }}
        onChange={(next) => onChange({ ...filter, conditions: next })}
      >
        {(condition, update) => (
          <>
            <Select
              aria-label={t('filter.column')}
              data={columns.map(({ key, name }) => ({ value: key, label: name }))}
              value={condition.column}
              allowDeselect={false}
              onChange={(column) => update({ column: column ?? condition.column })}
            />
            <Select
              aria-label={t('filter.op')}
              data={OPS.map((op) => ({ value: op, label: t(`op.${op}`) }))}
              value={condition.op}
              allowDeselect={false}
              onChange={(op) => update({ op: (op ?? 'contains') as FilterOp })}
            />
            {condition.op !== 'empty' && (
              <TextField
                aria-label={t('filter.value')}
                placeholder={condition.op === 'in' ? t('filter.values') : t('filter.value')}
                value={condition.value}
                error={isRefusedPattern(condition, preview.problem) && t('filter.patternInvalid')}
                onChange={(value) => update({ value })}
              />
            )}
          </>
        )}
      </EditableList>
      {conditions.length > 0 && preview.rows && (
        <FilterFinding sample={preview.rows.sample} isStale={preview.isStale} />
      )}
    </div>
  );
}

const newCondition = ({ key }: Column): ConditionForm => ({ column: key, op: 'contains', value: '' });

function isRefusedPattern({ op, value }: ConditionForm, problem: unknown): boolean {
  if (op !== 'regex' || !(problem instanceof ApiProblem)) return false;
  return (
    problem.code === 'template_pattern_invalid' && problem.problem.detail?.startsWith(`"${value}":`) === true
  );
}

interface FilterFindingProps extends Pick<PreviewResponse, 'sample'> {
  readonly isStale: boolean;
}

function FilterFinding({ sample: { records, excluded }, isStale }: FilterFindingProps) {
  const { t } = useWidget();
  const isNothingLeft = records > 0 && excluded === records;
  return (
    <Finding tone={isNothingLeft ? 'warn' : 'info'} isStale={isStale}>
      {isNothingLeft
        ? t('filter.nothingLeft', { n: records })
        : t('filter.leftOut', { n: records, excluded })}
    </Finding>
  );
}
