import type { Column, Heading, MappedColumn, Suggestion } from '@inlet/contracts';
import { Button } from '@mantine/core';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { TextField } from '../../components/text-field.js';
import { useWidget } from '../../session/widget-context.js';
import { isRequired } from '../../wizard/mapping-status.js';
import { ColumnRow } from './column-row.js';
import css from './map.module.css';

type RowProps = ComponentProps<typeof ColumnRow>;

export interface ColumnListProps {
  readonly mapping: Readonly<Partial<Record<string, NonNullable<RowProps['mapped']>>>>;
  readonly suggestions: readonly Suggestion[];
  readonly headings: readonly Heading[];
  /** Keys of required columns without a value. */
  readonly missing: readonly string[];
  readonly isChecked: boolean;
  readonly preview: RowProps['preview'];
  /** Titles of the second and the third column of the list. */
  readonly titles: { readonly value: string; readonly sample: string };
  readonly onChange: (column: string, to: Parameters<RowProps['onChange']>[0]) => void;
  /** Content below a column that has a value. */
  readonly below?: (column: Column, mapped: MappedColumn) => ReactNode;
  readonly onClear: () => void;
  readonly onSuggest: () => void;
}

/** From this number of columns, they can be searched. */
const MANY_COLUMNS = 15;

/** The required columns of a template, then the others. */
export const requiredFirst = (columns: readonly Column[]): readonly Column[] => [
  ...columns.filter(isRequired),
  ...columns.filter((column) => !isRequired(column)),
];

/** The columns of the template, each with the choice of its value. A search always shows the first one that is missing. */
export function ColumnList(props: ColumnListProps) {
  const { t, session } = useWidget();
  const { mapping, suggestions, missing } = props;
  const [search, setSearch] = useState('');
  const ordered = requiredFirst(session.template.columns);
  const firstMissing = ordered.find(({ key }) => missing.includes(key))?.key;
  const wanted = search.trim().toLowerCase();
  const shown = ordered.filter(
    ({ key, name }) => key === firstMissing || `${name} ${key}`.toLowerCase().includes(wanted),
  );
  const suggested = suggestions.filter(({ column }) => mapping[column]).length;
  return (
    <>
      <div className={css.tools}>
        {suggested > 0 && <span className={css.quiet}>{t('map.suggested', { n: suggested })}</span>}
        <div className={css.toolButtons}>
          <Button size="compact-sm" variant="default" onClick={props.onClear}>
            {t('map.clear')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={props.onSuggest}>
            {t('map.suggest')}
          </Button>
        </div>
      </div>
      {ordered.length >= MANY_COLUMNS && (
        <TextField
          className={css.search ?? ''}
          aria-label={t('map.searchColumns')}
          placeholder={t('map.searchColumns')}
          value={search}
          onChange={setSearch}
        />
      )}
      <div className={css.head} aria-hidden="true">
        <span>{t('map.headColumn')}</span>
        <span>{props.titles.value}</span>
        <span>{props.titles.sample}</span>
      </div>
      {shown.length === 0 && <p className={css.quiet}>{t('map.noColumn')}</p>}
      <ul className={css.rows}>
        {shown.map((column) => {
          const mapped = mapping[column.key] ?? null;
          return (
            <ColumnRow
              key={column.key}
              column={column}
              mapped={mapped}
              suggestion={suggestions.find((each) => each.column === column.key) ?? null}
              headings={props.headings}
              isMissing={missing.includes(column.key)}
              isChecked={props.isChecked}
              preview={props.preview}
              onChange={(to) => props.onChange(column.key, to)}
            >
              {mapped && props.below?.(column, mapped)}
            </ColumnRow>
          );
        })}
      </ul>
    </>
  );
}
