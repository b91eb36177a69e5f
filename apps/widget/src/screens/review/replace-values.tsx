import type { Column } from '@inlet/contracts';
import { Button, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { TextField } from '../../components/text-field.js';
import { useChoices } from '../../review/use-choices.js';
import { useWidget } from '../../session/widget-context.js';
import css from './review.module.css';

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
    <Modal
      opened
      onClose={onClose}
      title={t('fix.replaceBy', { n: count })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      transitionProps={{ duration: 120 }}
    >
      <form
        className={css.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (text !== '') onReplace(text);
        }}
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
        <div className={css.answers}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={text === ''}>
            {t('fix.replaceBy', { n: count })}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
