import type { Column } from '@inlet/contracts';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { TextField } from '../../components/text-field.js';
import { useChoices } from '../../review/use-choices.js';
import { useWidget } from '../../session/widget-context.js';
import { FormDialog } from './form-dialog.js';

export interface ReplaceValuesProps {
  readonly column: Column;
  /** Cells that get the value. */
  readonly count: number;
  readonly onReplace: (text: string) => void;
  readonly onClose: () => void;
}

/** Asks for the value of all cells with an issue. */
export function ReplaceValues({ column, count, onReplace, onClose }: ReplaceValuesProps) {
  const { t } = useWidget();
  const choices = useChoices(column);
  const [text, setText] = useState('');
  return (
    <FormDialog
      title={t('fix.replaceBy', { n: count })}
      submit={t('fix.replaceBy', { n: count })}
      isDisabled={text === ''}
      onSubmit={() => onReplace(text)}
      onClose={onClose}
    >
      <p>{t('fix.replaceIn', { column: column.name })}</p>
      {choices ? (
        <Select
          data-autofocus
          label={t('fix.newValue')}
          data={choices}
          value={text === '' ? null : text}
          searchable
          nothingFoundMessage={t('review.noOption')}
          onChange={(value) => setText(value ?? '')}
        />
      ) : (
        <TextField
          data-autofocus
          type={column.type === 'date' ? 'date' : 'text'}
          label={t('fix.newValue')}
          value={text}
          onChange={setText}
        />
      )}
    </FormDialog>
  );
}
