import { z } from 'zod';
import type { ErrorSummary } from './errors.js';

/** In a separate module from the table of errors, so that code which only throws errors does not load zod. */
export const errorSummarySchema: z.ZodType<ErrorSummary> = z.strictObject({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  help: z.string(),
});
