import type { ParseOptions } from '@inlet/contracts';
import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWidget } from '../../session/widget-context.js';
import css from './configure.module.css';

type CsvOptions = NonNullable<ParseOptions['csv']>;

const MOST_LINES = 1000;

export interface HeaderRowProps {
  /** The options in use. */
  readonly parseOptions: ParseOptions;
  readonly onChoose: (csv: CsvOptions) => void;
}

/** Asks for the row with the column names of a table. The rows are read again after each choice. */
export function HeaderRow({ parseOptions: { csv = {} }, onChoose }: HeaderRowProps) {
  const { t } = useWidget();
  const used = csv.skipLines ?? 0;
  /** The number while it is typed: not every digit reads the source again. */
  const [typed, setTyped] = useState<string | null>(null);
  const skip = () => {
    if (typed === null) return;
    setTyped(null);
    const skipLines = Math.min(MOST_LINES, Math.max(0, Number.parseInt(typed, 10) || 0));
    // Another row may be the header, so that is found out again.
    if (skipLines !== used) onChoose({ ...csv, skipLines, hasHeader: undefined });
  };
  return (
    <div className={css.panel}>
      <Checkbox
        label={t('header.first')}
        checked={csv.hasHeader ?? true}
        onChange={(event) => onChoose({ ...csv, hasHeader: event.currentTarget.checked })}
      />
      <TextInput
        label={t('header.skip')}
        type="number"
        min={0}
        max={MOST_LINES}
        value={typed ?? String(used)}
        styles={{ input: { width: 96 } }}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={skip}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          skip();
        }}
      />
    </div>
  );
}
