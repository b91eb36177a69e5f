import { cellKind } from '../csv/csv-header.js';
import type { TableRow } from './table.js';

/** The words for a total at the beginning of a cell, in the languages of the widget and some more. */
const TOTAL =
  /^(?:grand\s+|sub-?\s*|overall\s+)?(?:totals?|totale|totaal|totalt|sum|sums|summe|summa|somme|suma|soma|gesamt(?:summe|betrag)?|insgesamt|ensemble|razem|итого|всего|合計|総計|小計|合计|总计|小计|합계|총계|المجموع|الإجمالي|المجموع الكلي|סה"כ|toplam)(?![\p{L}\p{N}])/iu;

/**
 * Whether the last row of a table looks like a total that is no record: a word for it, otherwise numbers, and fewer
 * filled cells than the rows before it. Meant as a proposal to a person, who may keep the row.
 */
export function isTotalRow(row: TableRow, before: readonly TableRow[]): boolean {
  const filled = row.cells.flatMap((text) => (text?.trim() ? [text.trim()] : []));
  const [label, ...values] = filled;
  if (label === undefined || !TOTAL.test(label)) return false;
  const isSum = values.length > 0 && values.every((text) => cellKind(text) === 'number');
  return isSum && before.length > 0 && before.every((other) => countFilled(other) > filled.length);
}

const countFilled = ({ cells }: TableRow): number => cells.filter((text) => text?.trim()).length;
