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

const isUnreachable = (error: unknown): boolean =>
  error instanceof mongo.MongoNetworkError ||
  error instanceof mongo.MongoServerSelectionError ||
  error instanceof mongo.MongoNotConnectedError ||
  error instanceof mongo.MongoTopologyClosedError ||
  error instanceof mongo.MongoClientClosedError ||
  error instanceof mongooseErrors.MongooseServerSelectionError;

function rethrow(error: unknown): never {
  if (isUnreachable(error))
    throw new InletError('unavailable', { detail: 'The database cannot be reached.', cause: error });
  throw error;
}

/** The same operations, which throw InletError `unavailable` for every driver error that means an unreachable database. */
export function translateDriverErrors<Operations extends object>(operations: Operations): Operations {
  return new Proxy(operations, {
    get(target, name) {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function') return operation;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(operation, target, args);
        return result instanceof Promise ? result.catch(rethrow) : result;
      };
    },
  });
}
