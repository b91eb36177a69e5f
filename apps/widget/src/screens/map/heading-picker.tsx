import type { Column, Heading, MappedColumn } from '@inlet/contracts';
import { Combobox, Input, useCombobox } from '@mantine/core';
import { IconChevronDown, IconLetterT, IconRowInsertTop, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import { HeadingOptions } from './heading-options.js';
import { PickedValue } from './picked-value.js';
import css from './picker.module.css';

/** Option values that cannot be paths. */
const EMPTY = '\u0000empty';
const CONSTANT = '\u0000constant';
const COMBINED = '\u0000combined';

export const pickerId = (columnKey: string): string => `pick-${columnKey}`;

export interface HeadingPickerProps {
  readonly column: Column;
  readonly labelledBy: string;
  readonly mapped: MappedColumn | null;
  readonly headings: readonly Heading[];
  readonly isInvalid: boolean;
  readonly onChange: (to: MappedColumn | null) => void;
}

/** A searchable list of what can fill a column: a value of the source, a constant or combined text, or nothing. */
export function HeadingPicker(props: HeadingPickerProps) {
  const { column, labelledBy, mapped, headings, isInvalid, onChange } = props;
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
  const id = pickerId(column.key);
  const choose = (value: string) => {
    if (value === EMPTY) onChange(null);
    else if (value === CONSTANT) onChange({ column: column.key, value: '' });
    else if (value === COMBINED) onChange({ column: column.key, template: '' });
    else if (!(mapped && 'path' in mapped && mapped.path === value)) {
      const heading = headings.find(({ path }) => path === value);
      if (heading) onChange(mapToHeading(column.key, heading));
    }
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
          id={id}
          aria-labelledby={`${labelledBy} ${id}`}
          error={isInvalid}
          rightSection={<IconChevronDown size={16} aria-hidden="true" />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
          classNames={{ input: css.target ?? '' }}
        >
          <PickedValue mapped={mapped} headings={headings} />
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
          <HeadingOptions headings={headings} search={search} mapped={mapped} />
          <Combobox.Group label={t('pick.other')}>
            <OtherOption value={CONSTANT} icon={<IconLetterT size={16} />} text={t('pick.constant')} />
            <OtherOption value={COMBINED} icon={<IconRowInsertTop size={16} />} text={t('pick.combined')} />
            {mapped && <OtherOption value={EMPTY} icon={<IconX size={16} />} text={t('pick.empty')} />}
          </Combobox.Group>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface OtherOptionProps {
  readonly value: string;
  readonly icon: ReactNode;
  readonly text: string;
}

function OtherOption({ value, icon, text }: OtherOptionProps) {
  return (
    <Combobox.Option value={value}>
      <span className={css.special}>
        <span className={css.icon} aria-hidden="true">
          {icon}
        </span>
        {text}
      </span>
    </Combobox.Option>
  );
}

/** Joins repeated values of lists of words, such as categories; takes the first of all others. */
function mapToHeading(column: string, { path, label, repeats }: Heading): MappedColumn {
  if (!repeats) return { column, path };
  return { column, path, repeat: /category|tag|keyword|subject/i.test(label) ? 'join' : 'first' };
}
