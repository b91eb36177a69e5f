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
};

/** Returns the code whose texts describe the problem; `internal` if no texts fit. */
export function errorTextCode(problem: unknown, t: Translate): ErrorTextCode {
  if (!(problem instanceof ApiProblem)) return 'internal';
  const code = SHARED_TEXTS[problem.code] ?? problem.code;
  return t.has(`error.${code}.title`) ? (code as ErrorTextCode) : 'internal';
}

/** Converts the stored error of a run or a job into a problem that can be shown. */
export function problemOf({ code, title, detail, help }: ErrorSummary): ApiProblem {
  return new ApiProblem(code as ErrorCode, {
    problem: { title, help, ...(detail !== undefined && { detail }) },
  });
}
