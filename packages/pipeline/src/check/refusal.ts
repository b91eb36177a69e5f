import type { MessageKey } from './messages.js';

/** Why a value is refused: the key of its message, and the values to fill in. */
export interface Refusal {
  readonly refused: MessageKey;
  readonly fill?: Readonly<Record<string, string | number>>;
}

/** A value of the column's type. */
export type Value = string | number | boolean | readonly string[];

/** Turns text (trimmed, not empty) into a value of the column's type. */
export type ReadValue = (text: string) => Value | Refusal;

export const isRefusal = (value: Value | Refusal): value is Refusal =>
  typeof value === 'object' && 'refused' in value;
