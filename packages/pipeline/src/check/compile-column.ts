import { type Cell, type Column, VALUE_SEPARATOR } from '@inlet/contracts';
import { compileColumnType } from './compile-column-type.js';
import { compileRules } from './compile-rules.js';
import type { IssueSink } from './issue-sink.js';
import type { Refusal, Value } from './refusal.js';

/** Turns the text of one cell into its typed value and reports its issues. */
export type CheckCell = (text: string | undefined, record: number) => Cell;

const MISSING: Refusal = { refused: 'required' };

/** Whether a value that cannot be read costs only its cell. */
export const canBeEmpty = ({ onInvalid, required, severity }: Column): boolean =>
  onInvalid !== 'reject' && !required && severity !== 'error';

const isPlainEnd = (code: number): boolean => code > 32 && code < 127;

/** Like `trim`, but faster for text without white space around it. */
const trim = (text: string): string =>
  isPlainEnd(text.charCodeAt(0)) && isPlainEnd(text.charCodeAt(text.length - 1)) ? text : text.trim();

/**
 * Ignores white space around a value, except that columns of type `any` deliver it. A cell of white space alone is
 * empty: its value is null, and it breaks no rule except `required`. A value of another type than the column's is null
 * as well, even if that is only a warning, because the receiver relies on the type.
 */
export function compileColumn(
  column: Column,
  { sink, baseUrl }: { sink: IssueSink; baseUrl: string | null },
): CheckCell {
  const { key, required, pattern } = column;
  const read = compileColumnType(column, baseUrl);
  const rules = compileRules(column);
  const keepsSpace = column.type === 'any';
  // The pattern of a regex column is its type, so its message comes first.
  const words = column.type === 'regex' ? { ...column, ...pattern } : column;
  const typeSeverity = words.severity ?? (canBeEmpty(column) ? 'warning' : undefined);

  const beEmpty = (): null => {
    if (!required) return null;
    const { severity, message } = required === true ? { severity: undefined, message: undefined } : required;
    sink.report({ columnKey: key, refusal: MISSING, text: undefined, severity, message });
    return null;
  };

  const applyRules = (value: Value, text: string, record: number): void => {
    for (const { test, severity, message } of rules) {
      const refusal = test(value, text, record);
      if (refusal) sink.report({ columnKey: key, refusal, text, severity, message });
    }
  };

  return (given, record) => {
    if (given === undefined) return beEmpty();
    const text = trim(given);
    if (text === '') return beEmpty();
    const value = read(keepsSpace ? given : text);
    if (typeof value === 'object') {
      if ('refused' in value) {
        const shown = text.replaceAll(VALUE_SEPARATOR, '; ');
        sink.report({
          columnKey: key,
          refusal: value,
          text: shown,
          severity: typeSeverity,
          message: words.message,
        });
        return null;
      }
      if (value.length === 0) return beEmpty();
    }
    if (rules.length > 0) applyRules(value, text, record);
    return value;
  };
}
