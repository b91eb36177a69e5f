import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { useState } from 'react';
import { useWidget } from '../session/widget-context.js';
import { readTime } from '../wizard/read-time.js';

const OFFERED = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).flatMap((hour) => [
  `${hour}:00`,
  `${hour}:30`,
]);

export interface TimeFieldProps extends Omit<AutocompleteProps, 'value' | 'onChange' | 'data'> {
  /** `HH:mm`; empty if there is none. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/**
 * A time of day on the clock of the page's locale, typed or chosen. The field of the browser would show the clock of the
 * browser's language beside times in another form.
 */
export function TimeField({ value, onChange, ...props }: TimeFieldProps) {
  const { formats, language } = useWidget();
  /** The text while it is typed, and after that if it is not a time. */
  const [typed, setTyped] = useState<string | null>(null);
  const read = (text: string) => readTime(text, language.tag);
  return (
    <Autocomplete
      {...props}
      data={OFFERED.map(formats.time)}
      filter={({ options }) => options}
      value={typed ?? (value === '' ? '' : formats.time(value))}
      maxDropdownHeight={240}
      autoComplete="off"
      onChange={(text) => {
        setTyped(text);
        onChange(read(text) ?? '');
      }}
      onBlur={() => setTyped((text) => (text !== null && read(text) === null ? text : null))}
    />
  );
}
