import { mongo } from 'mongoose';

const DUPLICATE_KEY = 11000;

/** Whether a write was refused because a unique index already holds its value of `field`. */
export function isDuplicateKey(error: unknown, field: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) return false;
  const pattern: unknown = error.keyPattern;
  return typeof pattern === 'object' && pattern !== null && field in pattern;
}

/** Positions of the documents of an unordered bulk insert that were there already. Any other fault is thrown. */
export function duplicatePositions(error: unknown): readonly number[] {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const faults = [error.writeErrors].flat();
  if (faults.length === 0 || faults.some((fault) => fault.code !== DUPLICATE_KEY)) throw error;
  return faults.map((fault) => fault.index);
}
