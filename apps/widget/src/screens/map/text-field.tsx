import { TextInput } from '@mantine/core';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A text with a label, which says only what was typed. */
export function TextField({ label, value, onChange }: TextFieldProps) {
  return <TextInput label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}
