import type { FieldValue } from '@inlet/contracts';
import { SHEET_ROW_PATHS } from '../ports/sheets.js';

/** Makes the JSON of the members `id` and `sourceRow` of a row of a sheet, each with a comma behind it. */
export type PlaceOf = (fields: readonly FieldValue[]) => string;

export function compilePlace(pathAt: (path: string) => number): PlaceOf {
  const idAt = pathAt(SHEET_ROW_PATHS.id);
  const placeAt = pathAt(SHEET_ROW_PATHS.place);
  return (fields) => `"id":${fields[idAt]},"sourceRow":${fields[placeAt] ?? 'null'},`;
}
