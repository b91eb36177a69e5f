import type { Column, Heading, MappedColumn } from '@inlet/contracts';
import { Combobox, Input, useCombobox } from '@mantine/core';
import { IconChevronDown, IconLetterT, IconRowInsertTop, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { Chosen } from './chosen.js';
import { HeadingOption, isMatch } from './heading-option.js';
import css from './picker.module.css';

/** More are found by typing, and the list says how many. */
const MOST_SHOWN = 80;
const [EMPTY, CONSTANT, COMBINED] = ['\u0000empty', '\u0000constant', '\u0000combined'];

export const idOfPicker = (columnKey: string): string => `pick-${columnKey}`;

export interface HeadingPickerProps {
  readonly column: Column;
  readonly labelledBy: string;
  readonly mapped: MappedColumn | null;
  readonly headings: readonly Heading[];
  readonly isInvalid: boolean;
  readonly onChange: (to: MappedColumn | null) => void;
}

/** A searchable choice of what goes into a column: a value of the source, a text of one's own, or nothing. */
export function HeadingPicker({
  column,
  labelledBy,
  mapped,
  headings,
  isInvalid,
  onChange,
}: HeadingPickerProps) {
  const { t } = useWidget();
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const matches = search.trim() === '' ? headings : headings.filter((heading) => isMatch(heading, search));
  const shown = matches.slice(0, MOST_SHOWN);
  const choose = (value: string) => {
    const { key } = column;
    if (value === EMPTY) onChange(null);
    else if (value === CONSTANT) onChange({ column: key, value: '' });
    else if (value === COMBINED) onChange({ column: key, template: '' });
    else if (!(mapped && 'path' in mapped && mapped.path === value))
      onChange(
        withPath(
          key,
          headings.find(({ path }) => path === value),
        ),
      );
    combobox.closeDropdown();
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      position="bottom-start"
      width="target"
      withinPortal
      keepMounted={false}
    >
      <Combobox.Target targetType="button">
        <Input
          component="button"
          type="button"
          pointer
          id={idOfPicker(column.key)}
          aria-labelledby={`${labelledBy} ${idOfPicker(column.key)}`}
          error={isInvalid}
          rightSection={<IconChevronDown size={16} aria-hidden="true" />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
          classNames={{ input: css.target ?? '' }}
        >
          <Chosen mapped={mapped} headings={headings} />
        </Input>
      </Combobox.Target>
      <Combobox.Dropdown className={css.dropdown}>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          placeholder={t('pick.search')}
          aria-label={t('pick.search')}
        />
        <Combobox.Options
          className={css.options}
          tabIndex={0}
          aria-label={t('pick.options', { column: column.name })}
        >
          {shown
            .filter(({ isAboveRecord }) => !isAboveRecord)
            .map((heading) => (
              <HeadingOption key={heading.path} heading={heading} mapped={mapped} />
            ))}
          {shown.some(({ isAboveRecord }) => isAboveRecord) && (
            <Combobox.Group label={t('pick.above')}>
              {shown
                .filter(({ isAboveRecord }) => isAboveRecord)
                .map((heading) => (
                  <HeadingOption key={heading.path} heading={heading} mapped={mapped} />
                ))}
            </Combobox.Group>
          )}
          {matches.length === 0 && <Combobox.Empty>{t('pick.none')}</Combobox.Empty>}
          {matches.length > shown.length && (
            <Combobox.Empty>{t('pick.more', { n: matches.length - shown.length })}</Combobox.Empty>
          )}
          <Combobox.Group label={t('pick.other')}>
            <Combobox.Option value={CONSTANT ?? ''}>
              <span className={css.special}>
                <IconLetterT size={16} aria-hidden="true" /> {t('pick.constant')}
              </span>
            </Combobox.Option>
            <Combobox.Option value={COMBINED ?? ''}>
              <span className={css.special}>
                <IconRowInsertTop size={16} aria-hidden="true" /> {t('pick.combined')}
              </span>
            </Combobox.Option>
            {mapped && (
              <Combobox.Option value={EMPTY ?? ''}>
                <span className={css.special}>
                  <IconX size={16} aria-hidden="true" /> {t('pick.empty')}
                </span>
              </Combobox.Option>
            )}
          </Combobox.Group>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Lists of words are joined; of anything else that repeats the first is taken. */
function withPath(column: string, heading: Heading | undefined): MappedColumn {
  const path = heading?.path ?? '';
  if (!heading?.repeats) return { column, path };
  return { column, path, repeat: /category|tag|keyword|subject/i.test(heading.label) ? 'join' : 'first' };
}
