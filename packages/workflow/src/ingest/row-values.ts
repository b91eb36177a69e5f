import type { Cell, Column } from '@inlet/contracts';

/** Makes the JSON of an object with the cells by column key, from the JSON of each cell. */
export type ValuesJson = (cells: readonly string[]) => string;

/** Compiles the JSON of all columns, or of those whose keys are not left out. */
export function compileValuesJson(
  columns: readonly Column[],
  leftOut: ReadonlySet<string> = new Set(),
): ValuesJson {
  const members = columns
    .map(({ key }, at) => ({ key, at }))
    .filter(({ key }) => !leftOut.has(key))
    .map(({ key, at }, index) => ({ at, head: `${index === 0 ? '{' : ','}${JSON.stringify(key)}:` }));
  return (cells) => {
    let json = '';
    for (const { at, head } of members) json += head + (cells[at] ?? 'null');
    return json === '' ? '{}' : `${json}}`;
  };
}

/** JSON escapes quotes, backslashes, control characters and lone surrogates. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

export const cellJson = (cell: Cell): string =>
  typeof cell === 'string' && !NEEDS_ESCAPE.test(cell) ? `"${cell}"` : JSON.stringify(cell);
