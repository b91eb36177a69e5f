import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.js';

const FILE = 'encryption.key';

/** Names the location of the key for the stored secrets, never the key itself. */
export function encryptionKeyPlace({ encryptionKey, dataDir }: Config): string {
  return encryptionKey ? 'INLET_ENCRYPTION_KEY' : join(resolve(dataDir), FILE);
}

/** For a copy of the data that is made without its key. */
export function keyIsElsewhere(config: Config): string {
  const place = encryptionKeyPlace(config);
  return [
    'Stored secrets are sealed with the encryption key, which is not in there. Keep a copy of it in a safe place:',
    config.encryptionKey ? `  the value of ${place}` : `  ${place}`,
  ].join('\n');
}

/** For data that a server will be started on. If the key is missing, the server would create another one. */
export function keyHasToBeThere(config: Config): string {
  const place = encryptionKeyPlace(config);
  if (config.encryptionKey || existsSync(place))
    return `Stored secrets can be read where ${place} is the key that they were sealed with.`;
  return [
    'Before you start Inlet, bring the key that the stored secrets were sealed with: set INLET_ENCRYPTION_KEY, or put',
    `the file that was kept with the data to ${place}. Without it, Inlet makes a new`,
    'key, which opens none of them.',
  ].join('\n');
}
