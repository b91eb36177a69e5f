import { z } from 'zod';

export const sheetCountsSchema = z.strictObject({
  /** Rows of the sheet. */
  rows: z.int(),
  valid: z.int(),
  /** Rows with an issue of severity `error`. */
  invalid: z.int(),
  /** Rows whose only issues are warnings. */
  warnings: z.int(),
  /** Blank rows between others, which were left out. */
  blank: z.int(),
  hidden: z.int(),
  /** Rows that a receiver has acknowledged. */
  delivered: z.int(),
});
export type SheetCounts = z.infer<typeof sheetCountsSchema>;

export const NO_SHEET_COUNTS: SheetCounts = {
  rows: 0,
  valid: 0,
  invalid: 0,
  warnings: 0,
  blank: 0,
  hidden: 0,
  delivered: 0,
};
