import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of one database, as `exportDatabase` or mongodump wrote them. */
export interface ExportedDatabase {
  name: string;
  directory: string;
  /** Names of its collections' files, without `.bson`. */
  files: string[];
}

export const SYSTEM_DATABASES = new Set(['admin', 'config', 'local']);

/**
 * The databases that an export holds, without those that mongodump writes for the server itself.
 *
 * @throws Error when the directory cannot be read.
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
