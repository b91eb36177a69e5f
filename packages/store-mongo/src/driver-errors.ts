import { InletError } from '@inlet/contracts';
import { mongo, Error as mongooseErrors } from 'mongoose';

const DUPLICATE_KEY = 11000;

/** Whether a write failed because another document has the same value of `field` in a unique index. */
export function isDuplicateKey(error: unknown, field: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  const pattern: unknown = error.keyPattern;
  return typeof pattern === 'object' && pattern !== null && field in pattern;
}

/** Positions of the documents of an unordered bulk insert that existed before it. Throws any other error. */
export function duplicatePositions(error: unknown): readonly number[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const faults = [error.writeErrors].flat();
  if (faults.length === 0 || faults.some((fault) => fault.code !== DUPLICATE_KEY)) throw error;
  return faults.map((fault) => fault.index);
}

/**
 * Codes that a server answers with while it cannot take the operation, though the same operation can succeed a moment
 * later: it is not, or no longer, the primary; it starts, recovers or stops; members do not reach each other; or the
 * cursor stayed on the former primary. From the codes of the specifications of drivers for retryable reads and writes.
 */
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  6, // HostUnreachable
  7, // HostNotFound
  43, // CursorNotFound
  64, // WriteConcernTimeout
  89, // NetworkTimeout
  91, // ShutdownInProgress
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  237, // CursorKilled
  262, // ExceededTimeLimit
  9001, // SocketException
  10058, // LegacyNotPrimary
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
]);

const isUnreachable = (error: unknown): boolean =>
  error instanceof mongo.MongoNetworkError ||
  error instanceof mongo.MongoServerSelectionError ||
  error instanceof mongo.MongoServerClosedError ||
  error instanceof mongo.MongoNotConnectedError ||
  error instanceof mongo.MongoTopologyClosedError ||
  error instanceof mongo.MongoClientClosedError ||
  error instanceof mongo.MongoExpiredSessionError ||
  error instanceof mongo.MongoOperationTimeoutError ||
  error instanceof mongooseErrors.MongooseServerSelectionError;

const OUT_OF_DISK_SPACE = 14031;

/** The code of an error of the server, and those of the single operations of a bulk write. */
function codesOf(error: unknown): unknown[] {
  if (!(error instanceof mongo.MongoServerError)) return [];
  const faults = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
  return [error, ...faults].map(({ code }) => code);
}

function rethrow(error: unknown): never {
  const codes = codesOf(error);
  if (codes.includes(OUT_OF_DISK_SPACE)) throw new InletError('disk_full', { cause: error });
  if (isUnreachable(error))
    throw new InletError('unavailable', { detail: 'The database cannot be reached.', cause: error });
  if (codes.some((code) => PASSING_CODES.has(code)))
    throw new InletError('unavailable', {
      detail: 'The database is choosing another primary, starting or stopping.',
      cause: error,
    });
  throw error;
}

async function* rethrowFrom<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    rethrow(error);
  }
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/**
 * The same operations, which throw InletError `unavailable` for every driver error that means a database that cannot
 * be reached or that cannot take the operation for a moment, and `disk_full` for a write that found no space.
 */
export function translateDriverErrors<Operations extends object>(operations: Operations): Operations {
  return new Proxy(operations, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function') return operation;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(operation, target, args);
        if (isAsyncIterable(result)) return rethrowFrom(result);
        return result instanceof Promise ? result.catch(rethrow) : result;
      };
    },
  });
}
