import { type ExportedDatabase, exportedDatabases } from '@inlet/embedded-mongo';
import { UsageError } from '../command.js';

/**
 * Finds the one database of an export.
 *
 * @throws UsageError if there is no export, or if it contains several databases
 */
export function findExportedDatabase(directory: string): ExportedDatabase {
  const [only, another] = databasesIn(directory);
  if (!only)
    throw new UsageError(
      `There is no export in ${directory}; give the directory that \`inlet db export\` or mongodump wrote.`,
    );
  if (another)
    throw new UsageError(
      `${directory} holds several databases, and Inlet's is one; export it alone (mongodump --db).`,
    );
  return only;
}

function databasesIn(directory: string): readonly ExportedDatabase[] {
  try {
    return exportedDatabases(directory);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UsageError(`${directory} is no directory that can be read.`, { cause: error });
    throw error;
  }
}
