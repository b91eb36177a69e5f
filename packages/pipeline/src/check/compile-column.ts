import type { Cell, Column } from '@inlet/contracts';
import { compileRules } from './compile-rules.js';
import { compileType } from './compile-type.js';
import type { IssueSink } from './issue-sink.js';
import type { Refusal, Value } from './refusal.js';

/** Text of one cell to its typed value; reports what is wrong with it. */
export type CheckCell = (text: string | undefined, record: number) => Cell;

const MISSING: Refusal = { refused: 'required' };

const isPlainEnd = (code: number): boolean => code > 32 && code < 127;

/** Like `trim`, without its cost where there is nothing to trim. */
const trim = (text: string): string =>
  isPlainEnd(text.charCodeAt(0)) && isPlainEnd(text.charCodeAt(text.length - 1)) ? text : text.trim();

/**
 * White space around a value does not count, except that columns of type `any` deliver it. A cell of white space
 * alone is empty: it is null, and breaks no rule but `required`. A value that is not of the column's type is
 * null too, also where that is only a warning, because the receiver relies on the type.
 */
export function compileColumn(
  column: Column,
  { sink, baseUrl }: { sink: IssueSink; baseUrl: string | null },
): CheckCell {
  const { key, required, pattern } = column;
  const read = compileType(column, baseUrl);
  const rules = compileRules(column);
  const keepsSpace = column.type === 'any';
  // The pattern of a regex column is its type, so its words come first.
  const words = column.type === 'regex' ? { ...column, ...pattern } : column;

  const beEmpty = (): null => {
    if (!required) return null;
    const { severity, message } = required === true ? { severity: undefined, message: undefined } : required;
    sink.report({ columnKey: key, refusal: MISSING, text: undefined, severity, message });
    return null;
  };

  const applyRules = (value: Value, text: string, record: number): void => {
    for (const { judge, severity, message } of rules) {
      const refusal = judge(value, text, record);
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
        const { severity, message } = words;
        sink.report({ columnKey: key, refusal: value, text, severity, message });
        return null;
      }
      if (value.length === 0) return beEmpty();
    }
    if (rules.length > 0) applyRules(value, text, record);
    return value;
  };
}
