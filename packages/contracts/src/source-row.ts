import { z } from 'zod';

/** Where people find a row in their file. */
export const sourceRowSchema = z.strictObject({
  /** Name of the file. */
  file: z.string(),
  worksheet: z.string().nullable(),
  /** Row of the worksheet, or physical line of a text file; from 1. */
  row: z.int(),
});
