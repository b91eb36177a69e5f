import type { Column } from '@inlet/contracts';
import { MultiSelect, Select } from '@mantine/core';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useWidget } from '../session/widget-context.js';
import css from './grid.module.css';
import { type Choice, useChoices } from './use-choices.js';

/** How editing began: with a typed text, which replaces the cell's, or with the text of the cell. */
export interface Editing {
  readonly typed: string | null;
}

export type AfterCommit = 'down' | 'right' | 'left' | 'stay';

export interface CellEditorProps {
  readonly column: Column;
  readonly text: string | null;
  readonly editing: Editing;
  readonly onCommit: (text: string | null, then: AfterCommit) => void;
  readonly onCancel: () => void;
}

const asCell = (text: string): string | null => (text === '' ? null : text);

/** The field in a cell that fits its column. */
export function CellEditor(props: CellEditorProps) {
  const { column } = props;
  const choices = useChoices(column);
  if (choices) return <OptionEditor {...props} options={choices} />;
  if (column.type === 'multi_select' && column.options) return <SeveralEditor {...props} />;
  return <TextEditor {...props} />;
}

function TextEditor({ column, text, editing, onCommit, onCancel }: CellEditorProps) {
  const { t } = useWidget();
  const [value, setValue] = useState(editing.typed ?? text ?? '');
  const isOver = useRef(false);
  const end = (then: AfterCommit, next = value) => {
    if (isOver.current) return;
    isOver.current = true;
    if (asCell(next) === text) onCancel();
    else onCommit(asCell(next), then);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // The grid must not take these keys for its own.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      isOver.current = true;
      onCancel();
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      isOver.current = true;
      onCommit(asCell(value), event.key === 'Enter' ? 'down' : event.shiftKey ? 'left' : 'right');
    }
  };
  const isDate = column.type === 'date';
  return (
    <span className={css.editor} data-keeps-escape>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person has just begun to edit this cell.
        autoFocus
        className={css.input}
        dir="auto"
        aria-label={column.name}
        value={value}
        onFocus={(event) => editing.typed === null && event.currentTarget.select()}
        onChange={(event) => setValue(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) end('stay');
        }}
      />
      {isDate && (
        <input
          type="date"
          tabIndex={-1}
          className={css.calendar}
          aria-label={t('review.chooseDate')}
          value={/^\d{4}-\d\d-\d\d$/.test(value) ? value : ''}
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={(event) => {
            if (!event.currentTarget.parentElement?.contains(event.relatedTarget)) end('stay');
          }}
        />
      )}
    </span>
  );
}

interface OptionEditorProps extends CellEditorProps {
  readonly options: Choice[];
}

function OptionEditor({ column, text, editing, options, onCommit, onCancel }: OptionEditorProps) {
  const { t } = useWidget();
  const isKnown = options.some(({ value }) => value === text);
  return (
    <span className={css.editor} data-keeps-escape>
      <Select
        autoFocus
        aria-label={column.name}
        data={options}
        value={isKnown ? text : null}
        searchable
        defaultSearchValue={editing.typed ?? ''}
        defaultDropdownOpened
        placeholder={text ?? undefined}
        nothingFoundMessage={t('review.noOption')}
        allowDeselect={false}
        variant="unstyled"
        classNames={{ input: css.choice ?? '', root: css.grow ?? '', wrapper: css.fill ?? '' }}
        comboboxProps={{ position: 'bottom-start', withinPortal: true }}
        onChange={(value) => value !== null && onCommit(value, 'stay')}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key !== 'Escape' && event.key !== 'Tab') return;
          event.preventDefault();
          onCancel();
        }}
        onBlur={onCancel}
      />
    </span>
  );
}

function SeveralEditor({ column, text, onCommit, onCancel }: CellEditorProps) {
  const { delimiter = ',' } = column;
  const options = (column.options ?? []).map(({ value, label }) => ({ value, label: label ?? value }));
  const [values, setValues] = useState(() =>
    (text ?? '')
      .split(delimiter)
      .map((each) => each.trim())
      .filter((each) => options.some(({ value }) => value === each)),
  );
  const isOver = useRef(false);
  const commit = (then: AfterCommit) => {
    if (isOver.current) return;
    isOver.current = true;
    onCommit(asCell(values.join(delimiter === ',' ? ', ' : delimiter)), then);
  };
  return (
    <span className={css.editor} data-keeps-escape data-several>
      <MultiSelect
        autoFocus
        aria-label={column.name}
        data={options}
        value={values}
        searchable
        defaultDropdownOpened
        classNames={{ root: css.grow ?? '' }}
        onChange={setValues}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') {
            event.preventDefault();
            isOver.current = true;
            onCancel();
          } else if (event.key === 'Tab') {
            event.preventDefault();
            commit(event.shiftKey ? 'left' : 'right');
          }
        }}
        onBlur={() => commit('stay')}
      />
    </span>
  );
}
