import type { MappedColumn, UploadSuggestions, WidgetUploadInput } from '@inlet/contracts';

type GivenRows = NonNullable<WidgetUploadInput['rows']>;

interface WithCells {
  readonly rows: readonly { readonly cells: readonly (string | null)[] }[];
}

/** Puts the values of the host's page into what is sent, and takes their columns out of what is shown. */
export interface GivenValues {
  fillRows(rows: GivenRows): GivenRows;
  fillMapping(mapping: readonly MappedColumn[]): MappedColumn[];
  hideCells<Answer extends WithCells>(answer: Answer): Answer;
  hideSuggestions(suggested: UploadSuggestions): UploadSuggestions;
}

/**
 * @param values one text for all rows, by column key
 * @param columnKeys of all columns of the template, in their order
 */
export function createGivenValues(
  values: Readonly<Record<string, string>>,
  columnKeys: readonly string[],
): GivenValues {
  const isShown = (key: string) => values[key] === undefined;
  const isShownAt = columnKeys.map(isShown);
  if (!isShownAt.includes(false)) return NO_VALUES;
  const constants = Object.entries(values).map(([column, value]) => ({ column, value }));
  const shownOnly = <Of extends { readonly column: string }>(entries: readonly Of[]): Of[] =>
    entries.filter(({ column }) => isShown(column));
  return {
    fillRows: (rows) => rows.map((row) => ({ ...row, ...values })),
    fillMapping: (mapping) => [...shownOnly(mapping), ...constants],
    hideCells: (answer) => ({
      ...answer,
      rows: answer.rows.map((row) => ({ ...row, cells: row.cells.filter((_, index) => isShownAt[index]) })),
    }),
    hideSuggestions: ({ suggestions, mapping, remembered }) => ({
      suggestions: shownOnly(suggestions),
      mapping: shownOnly(mapping),
      remembered: remembered && { ...remembered, mapping: shownOnly(remembered.mapping) },
    }),
  };
}

export const NO_VALUES: GivenValues = {
  fillRows: (rows) => rows,
  fillMapping: (mapping) => [...mapping],
  hideCells: (answer) => answer,
  hideSuggestions: (suggested) => suggested,
};
