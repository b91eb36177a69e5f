import type { Column, ColumnText, MappedColumn, UploadView } from '@inlet/contracts';
import { allowsNewOptions } from '@inlet/contracts/new-options';
import { Button, Select } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Fold } from '../../components/fold.js';
import { useWidget } from '../../session/widget-context.js';
import { choiceOf, chooseValues, readValueMap, type ValueChoice } from '../../wizard/value-map.js';
import { useColumnTexts } from './use-column-texts.js';
import css from './value-choices.module.css';

export interface ValueChoicesProps {
  readonly upload: UploadView;
  readonly column: Column;
  readonly mapped: MappedColumn;
  readonly onChange: (to: MappedColumn) => void;
}

const FIRST_SHOWN = 8;

/** The values of the file that match no option of the column, each with the choice of one. */
export function ValueChoices({ upload, column, mapped, onChange }: ValueChoicesProps) {
  const { t } = useWidget();
  const [isWhole, setIsWhole] = useState(false);
  const texts = useColumnTexts({ upload, mapped });
  if (texts === null) return upload.isScanned ? null : <p className={css.quiet}>{t('values.reading')}</p>;
  if (texts.distinct === 0) return null;
  const map = readValueMap(mapped);
  const unknown = texts.texts.filter(({ option }) => option === null);
  const open = unknown.filter(({ text }) => choiceOf(map, text) === undefined);
  if (unknown.length === 0)
    return (
      <p className={css.fine}>
        <IconCircleCheck size={16} aria-hidden="true" />
        {t('values.fine', { n: texts.distinct })}
      </p>
    );
  const alike = open.flatMap(({ text, similar }) =>
    similar === null ? [] : [{ text, choice: { kind: 'option', value: similar } as const }],
  );
  const shown = isWhole ? unknown : unknown.slice(0, FIRST_SHOWN);
  const left = texts.unknown - unknown.length + open.length;
  return (
    <Fold
      label={left > 0 ? t('values.left', { n: left }) : t('values.fine', { n: texts.distinct })}
      isOpen={open.length > 0}
    >
      <div className={css.panel}>
        {alike.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            className={css.alike}
            onClick={() => onChange(chooseValues(mapped, alike))}
          >
            {t('values.alike', { n: alike.length })}
          </Button>
        )}
        <ul className={css.list}>
          {shown.map((text) => (
            <ValueRow
              key={text.text}
              text={text}
              column={column}
              choice={choiceOf(map, text.text)}
              onChoose={(choice) => onChange(chooseValues(mapped, [{ text: text.text, choice }]))}
            />
          ))}
        </ul>
        {unknown.length > shown.length && (
          <Button size="compact-sm" variant="subtle" className={css.alike} onClick={() => setIsWhole(true)}>
            {t('values.showAll', { n: unknown.length })}
          </Button>
        )}
        {texts.unknown > unknown.length && <p className={css.quiet}>{t('values.more')}</p>}
      </div>
    </Fold>
  );
}

interface ValueRowProps {
  readonly text: ColumnText;
  readonly column: Column;
  readonly choice: ValueChoice | undefined;
  readonly onChoose: (choice: ValueChoice) => void;
}

const OPTION = 'option:';

function ValueRow({ text: { text, rows }, column, choice, onChoose }: ValueRowProps) {
  const { t } = useWidget();
  const options = (column.options ?? []).map(({ value, label }) => ({
    value: OPTION + value,
    label: label || value,
  }));
  const others = [
    { value: 'empty', label: t('values.leaveEmpty') },
    ...(allowsNewOptions(column) && text.length <= 200
      ? [{ value: 'add', label: t('values.addOption', { text }) }]
      : []),
  ];
  return (
    <li className={css.value}>
      <span className={css.text} dir="auto" title={text}>
        {text}
      </span>
      <span className={css.count}>{t('upload.rows', { n: rows })}</span>
      <Select
        aria-label={t('values.optionFor', { text })}
        placeholder={t('map.chooseOption')}
        data={[...options, ...others]}
        value={choice ? nameOfChoice(choice) : null}
        onChange={(name) => onChoose(choiceNamed(name))}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        size="sm"
      />
    </li>
  );
}

const nameOfChoice = (choice: ValueChoice): string =>
  choice.kind === 'option' ? OPTION + choice.value : choice.kind;

function choiceNamed(name: string | null): ValueChoice {
  if (name === null) return { kind: 'none' };
  if (name === 'empty' || name === 'add') return { kind: name };
  return { kind: 'option', value: name.slice(OPTION.length) };
}
