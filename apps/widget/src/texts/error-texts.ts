import type { ErrorCode, ErrorSummary } from '@inlet/contracts';
import { ApiProblem, type LocalCode } from '../api/api-problem.js';
import type { TextKey } from '../locales/en.js';
import type { Translate } from './create-text.js';

/** Error codes with texts for the person who uses the widget. */
export type ErrorTextCode = TextKey extends infer Key
  ? Key extends `error.${infer Code}.title`
    ? Code
    : never
  : never;

/** Codes whose difference matters only to developers, with the code whose texts they share. */
const SHARED_TEXTS: { readonly [Code in ErrorCode | LocalCode]?: ErrorTextCode } = {
  delivery_address_private: 'delivery_unreachable',
  delivery_redirected: 'delivery_rejected',
  template_no_destination: 'delivery_unreachable',
  destination_needs_server: 'delivery_unreachable',
  session_invalid: 'session_missing',
  key_missing: 'key_unknown',
  key_secret: 'key_unknown',
  mapping_column_unknown: 'mapping_path_unknown',
  mapping_column_twice: 'mapping_path_unknown',
  source_kind_not_allowed: 'source_url_invalid',
  user_token_expired: 'session_expired',
  body_too_large: 'invalid_request',
  // The patterns of a template are checked when it is saved, so this is one that the person typed.
  template_pattern_invalid: 'invalid_request',
  job_auto_paused: 'run_interrupted',
  upload_not_mapped: 'upload_not_read',
  upload_not_receiving: 'upload_closed',
  upload_file_not_found: 'upload_not_found',
  upload_offset_wrong: 'upload_interrupted',
  operation_not_found: 'upload_changed',
};

/** Returns the code whose texts describe the problem; `internal` if no texts fit. */
export function errorTextCode(problem: unknown, t: Translate): ErrorTextCode {
  if (!(problem instanceof ApiProblem)) return 'internal';
  const code = SHARED_TEXTS[problem.code] ?? problem.code;
  return t.has(`error.${code}.title`) ? (code as ErrorTextCode) : 'internal';
}

/** Errors of sources that have other words for a file of the person's own. */
const FILE_CODES: { readonly [Code in ErrorCode]?: LocalCode | ErrorCode } = {
  source_empty: 'file_empty',
  source_no_records: 'file_empty',
  source_too_large: 'upload_too_large',
  source_format_unknown: 'source_format_unknown',
  source_password_protected: 'source_password_protected',
  source_worksheet_unknown: 'source_worksheet_unknown',
};

/** Converts the error of an uploaded file: nobody but the person can do something about it. */
export function problemOfFile(error: ErrorSummary): ApiProblem {
  const { code, problem } = problemOf(error);
  const own = FILE_CODES[code as ErrorCode] ?? (code.startsWith('source_') ? 'file_unreadable' : code);
  return new ApiProblem(own, { problem: { ...problem, code: error.code as ErrorCode } });
}

/** Converts the stored error of a run or a job into a problem that can be shown. */
export function problemOf({ code, title, detail, help }: ErrorSummary): ApiProblem {
  return new ApiProblem(code as ErrorCode, {
    problem: { title, help, ...(detail !== undefined && { detail }) },
  });
}
