import type { MessageKey } from './messages.js';

/** Why a value is not accepted: the key of the words for it, and what to fill into them. */
export interface Refusal {
  readonly refused: MessageKey;
  readonly fill?: Readonly<Record<string, string | number>>;
}

/** A value of the column's type. */
export type Value = string | number | boolean | readonly string[];

/** Text (trimmed, not empty) to a value of the column's type. */
export type ReadValue = (text: string) => Value | Refusal;

export const isRefusal = (value: Value | Refusal): value is Refusal =>
  typeof value === 'object' && 'refused' in value;
