import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../command.js';

/** Written by mongodump beside the data, and none of Inlet's. */
const SYSTEM_DATABASES = new Set(['admin', 'config', 'local']);

export interface ExportedDatabase {
  readonly directory: string;
  /** Names of its collections' files, without `.bson`. */
  readonly collections: readonly string[];
}

/**
 * Finds the one database that an export holds.
 *
 * @throws UsageError where there is no export, or there are several databases in it.
 */
export function findExportedDatabase(directory: string): ExportedDatabase {
  const found = subdirectoriesOf(directory)
    .filter((name) => !SYSTEM_DATABASES.has(name))
    .map((name) => ({ directory: join(directory, name), collections: collectionsIn(join(directory, name)) }))
    .filter(({ collections }) => collections.length > 0);
  const [only, another] = found;
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

function subdirectoriesOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new UsageError(`${directory} is no directory that can be read.`, { cause: error });
    throw error;
  }
}

const collectionsIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.bson'))
    .map((name) => name.slice(0, -'.bson'.length));

/** Runs work with a directory that shows an export as one of a database of another name. */
export async function asExportOf<Result>(
  { exported, database }: { exported: ExportedDatabase; database: string },
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'inlet-import-'));
  try {
    const shown = join(directory, encodeURIComponent(database));
    mkdirSync(shown);
    for (const name of readdirSync(exported.directory))
      show(join(exported.directory, name), join(shown, name));
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** By a link; where these are for administrators only, as on Windows, by a copy. */
function show(file: string, as: string): void {
  try {
    symlinkSync(file, as);
  } catch {
    copyFileSync(file, as);
  }
}
