import type { Column, ColumnType } from '@inlet/contracts';

export const ROW_HEIGHT = 36;
export const HEAD_HEIGHT = 40;
/** Width of the row numbers, which stay in place. */
export const NUMBER_WIDTH = 92;
/** Columns just outside of the visible part that are rendered too. */
const OVERSCAN_PIXELS = 200;
const PIXELS_PER_CHARACTER = 8;
/** Space for the padding, the sort mark and the number of issues. */
const HEAD_PADDING = 72;
const MOST_WIDTH = 320;
/** Bounds of a width that a person chooses. */
export const LEAST_WIDTH = 60;
export const MOST_CHOSEN_WIDTH = 1200;
/** The first column stays in place unless the grid is too narrow for that. */
const MOST_FROZEN_SHARE = 0.45;

const WIDTHS: Partial<Record<ColumnType, number>> = {
  integer: 120,
  number: 120,
  date: 148,
  boolean: 120,
  select: 160,
};
const OTHER_WIDTH = 200;

export interface ColumnLayout {
  /** Where each column begins, from the end of the row numbers. */
  readonly starts: readonly number[];
  readonly widths: readonly number[];
  readonly totalWidth: number;
  /** Width of the column that stays in place beside the row numbers; 0 if none does. */
  readonly frozenWidth: number;
}

export interface LayoutOptions {
  /** Widths that the person has chosen, by column key. */
  readonly chosen: Readonly<Record<string, number>>;
  /** Visible width of the grid. */
  readonly gridWidth: number;
}

export function layOutColumns(
  columns: readonly Column[],
  { chosen, gridWidth }: LayoutOptions,
): ColumnLayout {
  const widths = columns.map(({ key, name, type }) =>
    chosen[key] !== undefined
      ? Math.min(chosen[key], MOST_CHOSEN_WIDTH)
      : Math.max(
          WIDTHS[type] ?? OTHER_WIDTH,
          Math.min(MOST_WIDTH, name.length * PIXELS_PER_CHARACTER + HEAD_PADDING),
        ),
  );
  const starts: number[] = [];
  let at = 0;
  for (const width of widths) {
    starts.push(at);
    at += width;
  }
  const [first = 0] = widths;
  const isFrozen = NUMBER_WIDTH + first <= gridWidth * MOST_FROZEN_SHARE;
  return { starts, widths, totalWidth: at + NUMBER_WIDTH, frozenWidth: isFrozen ? first : 0 };
}

export interface ColumnWindow {
  readonly first: number;
  readonly last: number;
}

/** The columns that are visible, and those close to them. */
export function visibleColumns(
  { starts, widths }: ColumnLayout,
  { left, width }: { left: number; width: number },
): ColumnWindow {
  const isShown = (index: number) =>
    (starts[index] ?? 0) + (widths[index] ?? 0) >= left - OVERSCAN_PIXELS &&
    (starts[index] ?? 0) <= left + width + OVERSCAN_PIXELS;
  const indexes = starts.map((_, index) => index).filter(isShown);
  return { first: indexes[0] ?? 0, last: indexes.at(-1) ?? 0 };
}

/** The horizontal scroll position at which a column is visible as a whole, if possible. */
export function scrollToColumn(
  { starts, widths, frozenWidth }: ColumnLayout,
  column: number,
  { left, width }: { left: number; width: number },
): number {
  if (column === 0 && frozenWidth > 0) return left;
  const start = (starts[column] ?? 0) - frozenWidth;
  const end = (starts[column] ?? 0) + (widths[column] ?? 0) - (width - NUMBER_WIDTH);
  return start < left ? start : Math.max(left, end);
}
