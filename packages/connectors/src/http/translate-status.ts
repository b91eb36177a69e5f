import { type ErrorCode, InletError } from '@inlet/contracts';
import { parseRetryAfter } from './parse-retry-after.js';
import type { Answer } from './send-request.js';

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'source_unauthorized',
  403: 'source_forbidden',
  404: 'source_not_found',
  410: 'source_gone',
  429: 'source_rate_limited',
};

/** 206 is not among them: we never ask for a part, and taking one for the whole would look like removed items. */
const WITH_FILE = new Set([200, 203, 204]);

/**
 * The error for an answer that holds no file; undefined where it holds one. `extra` has `httpStatus` and, where
 * the site says how long to wait, `retryAfterMs`.
 */
export function translateStatus(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  { host, nowMs }: { host: string; nowMs: number },
): InletError | undefined {
  if (WITH_FILE.has(status)) return undefined;
  const code = CODES[status] ?? (status >= 500 ? 'source_server_error' : 'source_http_error');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return new InletError(code, {
    detail: `${host} answered with status ${status}.`,
    extra: { httpStatus: status, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
  });
}
