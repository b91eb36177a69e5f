import { type ErrorCode, InletError } from '@inlet/contracts';
import type { HttpResponse } from './http-sender.js';
import { parseRetryAfter } from './parse-retry-after.js';

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'source_unauthorized',
  403: 'source_forbidden',
  404: 'source_not_found',
  410: 'source_gone',
  429: 'source_rate_limited',
};

/** Without 206: Inlet never asks for a part of a file, and a part read as the whole would look like removed items. */
const WITH_FILE = new Set([200, 203, 204]);

/**
 * Returns the error for a response that contains no file; undefined if it contains one. `extra` of the error has
 * `httpStatus` and, if the site says how long to wait, `retryAfterMs`.
 */
export function translateStatus(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
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
