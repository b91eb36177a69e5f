import { type DestinationStream, type Logger, pino } from 'pino';

/**
 * Creates the log of the process: JSON lines. Secrets are kept out: errors are reduced to message and stack, because
 * errors of HTTP clients contain whole requests, and fields with the usual names of secrets are masked in the first
 * three levels.
 */
export function createLogger({ level }: { level: string }, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: '(secret)',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

const SECRET_NAMES = ['accesskey', 'authorization', 'cookie', 'set-cookie', 'password', 'secret', 'token'];

const MOST_CAUSES = 5;

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    ...('code' in error ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined || depth >= MOST_CAUSES
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
