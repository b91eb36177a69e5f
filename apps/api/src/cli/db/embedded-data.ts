import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.js';
import { CommandFailure } from '../command.js';

const DATA_FILE = 'data.mdb';

/**
 * The absolute path of the embedded database's directory.
 *
 * @throws CommandFailure if Inlet uses another database
 */
export function embeddedDirectory({ mongodbUri, dataDir }: Config, insteadDo: string): string {
  if (mongodbUri === undefined) return resolve(dataDir);
  throw new CommandFailure(
    `MONGODB_URI is set, so Inlet keeps its data there and not in an embedded database. ${insteadDo}`,
  );
}

/** Like `embeddedDirectory`, but requires that it contains a database. */
export function existingDirectory(config: Config, insteadDo: string): string {
  const dataDir = embeddedDirectory(config, insteadDo);
  if (embeddedBytes(dataDir) !== null) return dataDir;
  throw new CommandFailure(
    `There is no database in ${dataDir}. INLET_DATA_DIR says where it is; \`inlet serve\` makes one.`,
  );
}

/** The size of the database or backup in a directory; null if there is neither. */
export function embeddedBytes(directory: string): number | null {
  return statSync(join(directory, DATA_FILE), { throwIfNoEntry: false })?.size ?? null;
}
