import { InletError } from '@inlet/contracts';

/** 1 MB: the largest request body, unless a route sets another limit. */
export const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Turns anything thrown during a request into an error of the table. Request errors that Fastify itself finds keep
 * their meaning; everything else becomes `internal` and reveals nothing about its cause.
 */
export function toInletError(
  thrown: unknown,
  { bodyLimitBytes = BODY_LIMIT_BYTES }: { bodyLimitBytes?: number } = {},
): InletError {
  if (thrown instanceof InletError) return thrown;
  const { code, statusCode, message } = readError(thrown);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new InletError('body_too_large', {
      detail: `The limit is ${bodyLimitBytes} bytes.`,
      cause: thrown,
    });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new InletError('unsupported_media_type', { cause: thrown });
  // Fastify's own request errors have a 4xx status and a message without internals.
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500)
    return new InletError('invalid_request', { detail: message, cause: thrown });
  return new InletError('internal', { cause: thrown });
}

function readError(thrown: unknown): { code: string; statusCode: number; message: string } {
  if (!(thrown instanceof Error)) return { code: '', statusCode: 0, message: '' };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  const statusCode = 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 0;
  return { code, statusCode, message: thrown.message };
}
