import { z } from 'zod';
import { severitySchema } from './column.js';

export const ISSUE_CODES = [
  'required',
  'not_unique',
  'not_unique_together',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'too_many_digits',
  'pattern_mismatch',
  'forbidden_value',
  'not_an_integer',
  'not_a_number',
  'number_ambiguous',
  'not_a_date',
  'date_ambiguous',
  'not_a_boolean',
  'not_an_email',
  'not_a_url',
  'not_a_phone',
  'not_an_option',
  'not_an_image_url',
  'spreadsheet_error',
  'digits_lost',
  'duplicate_identity',
  'row_too_large',
  'value_too_large',
  'rejected_by_receiver',
  'acknowledgement_unreadable',
  'undo_sent_again',
  'undo_values_unknown',
] as const;
export type IssueCode = (typeof ISSUE_CODES)[number];

/** One problem of one cell, or of a whole row if `columnKey` is null. */
export const issueSchema = z.strictObject({
  columnKey: z.string().nullable(),
  code: z.enum(ISSUE_CODES),
  message: z.string(),
  severity: severitySchema,
  /** The invalid text, cut to 200 characters; absent if there was no text. */
  value: z.string().optional(),
});
export type Issue = z.infer<typeof issueSchema>;

/** An issue as a run's report lists it. */
export const runIssueSchema = issueSchema.extend({
  /** Position of the record in the source, from 1. */
  record: z.int(),
  rowKey: z.string().nullable(),
});
export type RunIssue = z.infer<typeof runIssueSchema>;
