import type { Column, ColumnText, ColumnTexts, MappedColumn } from '@inlet/contracts';
import { compileOptionMatch, compileSimilarOption, splitChoices } from '@inlet/pipeline';
import { createHeadingFilter } from './heading-filter.js';
import { compileRowMapper, type MappedRow } from './map-rows.js';
import type { Sheet } from './sheet.js';

const MOST_DISTINCT = 10_000;
const MOST_LISTED = 500;

/**
 * Counts the different texts that a column has with a mapping, in all rows of the files that are not deleted. Cells that
 * people have edited do not count: they are mapped no more. Texts of a column with several choices are split.
 */
export async function countColumnTexts(
  sheet: Sheet,
  { mapped, column }: { readonly mapped: MappedColumn; readonly column: Column },
): Promise<ColumnTexts> {
  const { headings, header, isScanned } = sheet.upload;
  const { default: _, ...withoutDefault } = column;
  const mapper = compileRowMapper({
    paths: headings.map(({ path }) => path),
    mapping: [mapped],
    columns: [withoutDefault],
  });
  const isHeading = createHeadingFilter(header);
  const counts = new Map<string, number>();
  const matchOption = compileOptionMatch(column);
  const isOption = (text: string) => matchOption(text) !== undefined;
  const count = (text: string) => {
    const known = counts.get(text);
    if (known !== undefined || counts.size < MOST_DISTINCT) counts.set(text, (known ?? 0) + 1);
  };
  await sheet.scanRows(mapper, (_row, { source, edit, texts }: MappedRow) => {
    const isCounted = source !== null && !isHeading(source) && !edit.isDeleted && !edit.cells.has(column.key);
    const text = isCounted ? texts[0]?.trim() : undefined;
    if (!text) return;
    if (column.type !== 'multi_select') return count(text);
    for (const choice of new Set(splitChoices(text, column, isOption))) count(choice);
  });
  const similarOption = compileSimilarOption(column);
  const listed = [...counts].map(([text, rows]) => ({ text, rows, option: matchOption(text) ?? null }));
  const texts = listed
    .sort(
      (one, other) => Number(one.option !== null) - Number(other.option !== null) || other.rows - one.rows,
    )
    .slice(0, MOST_LISTED)
    .map(
      (one): ColumnText => ({
        ...one,
        similar: one.option === null ? (similarOption(one.text) ?? null) : null,
      }),
    );
  const unknown = listed.filter(({ option }) => option === null).length;
  return { isComplete: isScanned, distinct: counts.size, unknown, texts };
}
