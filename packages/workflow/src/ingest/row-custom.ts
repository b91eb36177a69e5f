import type { FieldValue } from '@inlet/contracts';
import { customPath } from '../ports/sheets.js';
import { cellJson } from './row-values.js';

/** Makes the JSON of the custom columns of a row by heading, without blank ones; empty for none. */
export type CustomOf = (fields: readonly FieldValue[]) => string;

/** @param headings those of the custom columns, in their order */
export function compileCustom(headings: readonly string[], pathAt: (path: string) => number): CustomOf {
  const members = headings.map((heading, index) => ({
    at: pathAt(customPath(index)),
    head: `${JSON.stringify(heading)}:`,
  }));
  return (fields) => {
    let json = '';
    for (const { at, head } of members) {
      const text = fields[at];
      if (typeof text === 'string' && text !== '') json += (json === '' ? '{' : ',') + head + cellJson(text);
    }
    return json === '' ? '' : `${json}}`;
  };
}
