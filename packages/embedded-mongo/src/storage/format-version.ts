import type { Environment } from './environment.js';

/**
 * The version of the stored format. Raise it with every change that earlier releases cannot read, and keep
 * reading the versions before it.
 */
const FORMAT_VERSION = 1;

const VERSION_KEY = Buffer.from('format');

/** A newer release of Inlet wrote the database. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
  readonly code = 'database_newer';
}

const refuseFormat = (path: string, found: number): NewerFormatError =>
  new NewerFormatError(
    `the database in ${path} has format ${found}, and this release of Inlet reads formats up to ${FORMAT_VERSION}; start a newer release, or restore a backup that this one can read`,
  );

/** Restores the class of an error from the worker thread, which only keeps its fields. */
export const restoreClass = (error: Error): Error =>
  error.name === 'NewerFormatError' ? new NewerFormatError(error.message, { cause: error }) : error;

/**
 * Checks the format version of a database, and stores it in a new one. A database without a version is older
 * than the version number: it has format 1.
 *
 * @throws NewerFormatError if the database has a newer format.
 */
export function checkFormatVersion(environment: Environment, path: string): void {
  const found = environment.get('meta', VERSION_KEY)?.readUInt32BE(0);
  if (found !== undefined && found > FORMAT_VERSION) throw refuseFormat(path, found);
  if (found !== undefined || !environment.isEmpty()) return;
  const version = Buffer.alloc(4);
  version.writeUInt32BE(FORMAT_VERSION);
  environment.commit(() => environment.put('meta', VERSION_KEY, version));
}
