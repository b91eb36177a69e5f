import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './upload.module.css';

/** A field for rows that were copied in a spreadsheet. */
export function PasteArea({ onText }: { readonly onText: (text: string) => void }) {
  const { t } = useWidget();
  const [text, setText] = useState('');
  return (
    <div className={css.paste}>
      <Textarea
        label={t('upload.pasteLabel')}
        description={t('upload.pasteHelp')}
        rows={6}
        dir="auto"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="button" variant="default" disabled={text.trim() === ''} onClick={() => onText(text)}>
        {t('upload.pasteUse')}
      </Button>
    </div>
  );
}
