import { InletError } from '@inlet/contracts';
import { mongo, Error as mongooseErrors } from 'mongoose';

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

/** The same operations, with the driver's ways of saying that the database is away turned into one error. */
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
