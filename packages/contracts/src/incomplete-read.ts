import { z } from 'zod';

/**
 * Why a source was not read to its proper end.
 *
 * Bytes are missing: `root_open`: an XML document ends inside its root element. `text_cut`: JSON ends inside a value.
 * `text_malformed`: text stops being JSON, and the rest was not read. `columns_unequal`: columns of JSON have different
 * lengths. `row_cut`, `quote_open`: a CSV file ends inside a row or a quoted cell. `line_end_missing`: a CSV file ends
 * without a line end, unlike in the last accepted run. `transfer_cut`: fewer bytes came than were announced, or an
 * archive is cut.
 *
 * The source ended properly, but not all of its records were read: `records_skipped`, `pages_left`.
 */
export const INCOMPLETE_REASONS = [
  'root_open',
  'text_cut',
  'text_malformed',
  'columns_unequal',
  'row_cut',
  'quote_open',
  'line_end_missing',
  'transfer_cut',
  'records_skipped',
  'pages_left',
] as const;
export const incompleteReasonSchema = z.enum(INCOMPLETE_REASONS);
export type IncompleteReason = z.infer<typeof incompleteReasonSchema>;

export const incompleteReadSchema = z.strictObject({
  reason: incompleteReasonSchema,
  /** The reason in words. */
  message: z.string(),
});
/** The end of a source that was not read to its proper end. Records that are missing from it may still exist. */
export type IncompleteRead = z.infer<typeof incompleteReadSchema>;

/** Whether bytes are missing, as opposed to records that were left out on purpose. */
export const isMissingBytes = ({ reason }: IncompleteRead): boolean =>
  reason !== 'records_skipped' && reason !== 'pages_left';
