import { Select } from '@mantine/core';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import type { PaginationField, PaginationForm, PaginationKind } from '../../wizard/pagination-form.js';
import type { WizardHandle } from '../../wizard/state.js';
import css from './configure.module.css';

const KINDS: readonly PaginationKind[] = ['declared', 'none', 'path', 'page', 'offset', 'cursor'];

export interface PagesProps extends WizardHandle {
  /** Fields to mark as wrong. */
  readonly wrong: readonly PaginationField[];
}

/** How the pages after the first one are found. */
export function Pages({ state, dispatch, wrong }: PagesProps) {
  const { t } = useWidget();
  const { pagination } = state.source;
  const { kind, path, parameter, first, maxPages } = pagination;
  const update = (changed: Partial<PaginationForm>) =>
    dispatch({ type: 'updateSource', source: { pagination: { ...pagination, ...changed } } });
  const errorOf = (field: PaginationField) => wrong.includes(field) && t('common.missing');
  return (
    <div className={css.panel}>
      <Select
        label={t('pages.kind')}
        description={t(`pages.${kind}.help`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={KINDS.map((value) => ({ value, label: t(`pages.${value}`) }))}
        value={kind}
        allowDeselect={false}
        // The first number of pages is not that of items.
        onChange={(next) => update({ kind: (next ?? 'declared') as PaginationKind, first: '' })}
      />
      {kind !== 'none' && (
        <div className={css.pair}>
          {(kind === 'path' || kind === 'cursor') && (
            <TextField
              label={t(`pages.${kind}.path`)}
              value={path}
              placeholder={kind === 'path' ? 'paging/next' : 'paging/cursor'}
              spellCheck={false}
              classNames={{ input: css.ltr ?? '' }}
              error={errorOf('path')}
              onChange={(value) => update({ path: value })}
            />
          )}
          {(kind === 'page' || kind === 'offset' || kind === 'cursor') && (
            <TextField
              label={t('pages.parameter')}
              value={parameter}
              placeholder={kind}
              spellCheck={false}
              classNames={{ input: css.ltr ?? '' }}
              error={errorOf('parameter')}
              onChange={(value) => update({ parameter: value })}
            />
          )}
          {(kind === 'page' || kind === 'offset') && (
            <TextField
              label={t('pages.first')}
              type="number"
              min={0}
              value={first}
              placeholder={kind === 'page' ? '1' : '0'}
              onChange={(value) => update({ first: value })}
            />
          )}
          <TextField
            label={t('pages.most')}
            type="number"
            min={1}
            max={1000}
            value={maxPages}
            onChange={(value) => update({ maxPages: value })}
          />
        </div>
      )}
    </div>
  );
}
