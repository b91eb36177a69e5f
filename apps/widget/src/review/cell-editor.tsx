import type { Column } from '@inlet/contracts';
import { MultiSelect, Select } from '@mantine/core';
import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useWidget } from '../session/widget-context.js';
import css from './grid.module.css';
import { readLocalDate } from './local-date.js';
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

type TextElement = HTMLInputElement | HTMLTextAreaElement;

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
  const { t, language } = useWidget();
  const [value, setValue] = useState(editing.typed ?? text ?? '');
  const isOver = useRef(false);
  const isDate = column.type === 'date';
  const end = (then: AfterCommit, next = value) => {
    if (isOver.current) return;
    isOver.current = true;
    const isSame = next === (text ?? '');
    if (isSame && then === 'stay') return onCancel();
    onCommit(isSame ? text : asCell(isDate ? readLocalDate(next, language.tag) : next), then);
  };
  const [isLong, setIsLong] = useState(value.includes('\n'));
  const onKeyDown = (event: KeyboardEvent) => {
    // The grid must not take these keys for its own.
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      isOver.current = true;
      onCancel();
    } else if (event.key === 'Enter' && event.altKey) {
      event.preventDefault();
      setValue(`${value}\n`);
      setIsLong(true);
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      event.preventDefault();
      end(event.key === 'Enter' ? 'down' : event.shiftKey ? 'left' : 'right');
    }
  };
  // An input would drop line ends.
  const Field = isLong ? 'textarea' : 'input';
  return (
    <span className={css.editor} data-keeps-escape>
      <Field
        autoFocus
        className={isLong ? css.area : css.input}
        dir="auto"
        aria-label={column.name}
        value={value}
        onFocus={(event: FocusEvent<TextElement>) => {
          if (isLong) event.currentTarget.setSelectionRange(value.length, value.length);
          else if (editing.typed === null) event.currentTarget.select();
        }}
        onChange={(event: ChangeEvent<TextElement>) => setValue(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={({ currentTarget, relatedTarget }: FocusEvent<TextElement>) => {
          // Alt and Enter put another element into the place of this one.
          if (currentTarget.isConnected && !currentTarget.parentElement?.contains(relatedTarget)) end('stay');
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

function SeveralEditor({ column, text, editing, onCommit, onCancel }: CellEditorProps) {
  const { delimiter = ',' } = column;
  const before = (text ?? '')
    .split(delimiter)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const [values, setValues] = useState(before);
  const options = (column.options ?? []).map(({ value, label }) => ({ value, label: label ?? value }));
  // Values without an option stay until the person takes them away.
  const others = [...new Set(before)].filter((each) => options.every(({ value }) => value !== each));
  const data = [...options, ...others.map((value) => ({ value, label: value }))];
  const isOver = useRef(false);
  const commit = (then: AfterCommit) => {
    if (isOver.current) return;
    isOver.current = true;
    const isSame = values.length === before.length && values.every((value, at) => value === before[at]);
    onCommit(isSame ? text : asCell(values.join(delimiter === ',' ? ', ' : delimiter)), then);
  };
  return (
    <span className={css.editor} data-keeps-escape data-several>
      <MultiSelect
        autoFocus
        aria-label={column.name}
        data={data}
        value={values}
        searchable
        defaultSearchValue={editing.typed ?? ''}
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
