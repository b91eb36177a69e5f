import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of one database in an export of `exportDatabase` or mongodump. */
export interface ExportedDatabase {
  name: string;
  directory: string;
  /** The names of the files of its collections, without `.bson`. */
  files: string[];
}

export const SYSTEM_DATABASES = new Set(['admin', 'config', 'local']);

/**
 * Lists the databases of an export, without the system databases that mongodump includes.
 *
 * @throws Error if the directory cannot be read.
 */
export function exportedDatabases(dir: string): ExportedDatabase[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: decodeURIComponent(entry.name), directory: join(dir, entry.name) }))
    .filter(({ name }) => !SYSTEM_DATABASES.has(name))
    .map((database) => ({ ...database, files: bsonFiles(database.directory) }))
    .filter(({ files }) => files.length > 0);
}

const bsonFiles = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.bson'))
    .map((name) => name.slice(0, -'.bson'.length));
