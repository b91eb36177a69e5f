import { MultiSelect } from '@mantine/core';
import { Fold } from '../../components/fold.js';
import type { Preview } from '../../session/use-preview.js';
import { useWidget } from '../../session/widget-context.js';
import { isFilled } from '../../wizard/mapping-status.js';
import type { WizardHandle } from '../../wizard/state.js';
import { FilterFields } from './filter-fields.js';
import { FirstRunChoice } from './first-run-choice.js';
import { IdentityChoice } from './identity-choice.js';
import { type IdentityResult, needsAttention } from './identity-finding.js';
import { identityNames } from './identity-names.js';
import css from './row-options.module.css';

export interface RowOptionsProps extends WizardHandle {
  readonly preview: Preview;
}

/** Which rows are imported, and when a row counts as the same or as a changed one. */
export function RowOptions({ state, dispatch, preview }: RowOptionsProps) {
  const { t, session } = useWidget();
  const { selection, changeDetection, editing, mapping, found } = state;
  const { identity, filter, firstRun } = selection;
  const columns = session.template.columns.filter(({ key }) => isFilled(mapping[key]));
  const options = columns.map(({ key, name }) => ({ value: key, label: name }));
  const result = resultOf(preview);
  const isOdd = result !== null && needsAttention(result, identity);
  const names =
    result &&
    identityNames(result.check, {
      identity,
      templateColumns: session.template.identity,
      columns: session.template.columns,
      mapping,
      headings: found?.outline.headings ?? [],
    });
  return (
    <div className={css.folds}>
      <Fold label={t('identity.open')} isOpen={identity.by !== 'template' || isOdd}>
        <IdentityChoice
          identity={identity}
          columns={columns}
          result={result}
          names={names}
          isStale={preview.isStale}
          onChange={(next) => dispatch({ type: 'updateSelection', selection: { identity: next } })}
        />
      </Fold>
      <Fold label={t('filter.open')} isOpen={filter.conditions.length > 0}>
        <FilterFields
          filter={filter}
          columns={columns}
          preview={preview}
          onChange={(next) => dispatch({ type: 'updateSelection', selection: { filter: next } })}
        />
      </Fold>
      {(editing === null || editing.isDraft) && (
        <Fold label={t('firstRun.open')} isOpen={firstRun !== 'all'}>
          <FirstRunChoice
            firstRun={firstRun}
            onChange={(next) => dispatch({ type: 'updateSelection', selection: { firstRun: next } })}
          />
        </Fold>
      )}
      <Fold label={t('ignore.open')} isOpen={changeDetection.ignoreColumns.length > 0}>
        <div className={css.panel}>
          <MultiSelect
            label={t('ignore.label')}
            description={t('ignore.help')}
            data={options}
            value={changeDetection.ignoreColumns}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            onChange={(ignoreColumns) =>
              dispatch({ type: 'updateChangeDetection', changeDetection: { ignoreColumns } })
            }
          />
        </div>
      </Fold>
    </div>
  );
}

const resultOf = ({ rows }: Preview): IdentityResult | null =>
  rows && {
    check: rows.sample.identity,
    hasRepeatedIds: rows.warnings.some(({ code }) => code === 'identity_repeats'),
  };
