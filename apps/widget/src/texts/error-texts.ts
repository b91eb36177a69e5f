import type { ErrorCode, ErrorSummary } from '@inlet/contracts';
import { ApiProblem, type LocalCode } from '../api/api-problem.js';
import type { TextKey } from '../locales/en.js';
import type { Translate } from './create-text.js';

/** Codes that have words of their own for the person in front of the widget. */
export type ErrorTextCode = TextKey extends infer Key
  ? Key extends `error.${infer Code}.title`
    ? Code
    : never
  : never;

/** Codes that differ for a developer, and not for the person. */
const SAME: { readonly [Code in ErrorCode | LocalCode]?: ErrorTextCode } = {
  delivery_address_private: 'delivery_unreachable',
  delivery_redirected: 'delivery_rejected',
  template_no_destination: 'delivery_unreachable',
  session_invalid: 'session_missing',
  key_missing: 'key_unknown',
  key_secret: 'key_unknown',
  mapping_column_unknown: 'mapping_path_unknown',
  mapping_column_twice: 'mapping_path_unknown',
  template_not_automatic: 'template_not_found',
  source_kind_not_allowed: 'source_url_invalid',
  user_token_expired: 'session_expired',
  body_too_large: 'invalid_request',
  job_auto_paused: 'run_interrupted',
};

/** The code whose words fit; those of an inner fault where there are none. */
export function errorTextCode(problem: unknown, t: Translate): ErrorTextCode {
  if (!(problem instanceof ApiProblem)) return 'internal';
  const code = SAME[problem.code] ?? problem.code;
  return t.has(`error.${code}.title`) ? (code as ErrorTextCode) : 'internal';
}

/** What a run or a job remembers of an error, as one that can be shown. */
export function problemOf({ code, title, detail, help }: ErrorSummary): ApiProblem {
  return new ApiProblem(code as ErrorCode, {
    problem: { title, help, ...(detail !== undefined && { detail }) },
  });
}
