import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.js';
import { KEY_FILE } from '../../encryption-key-file.js';

/** Names the location of the key for the stored secrets, never the key itself. */
export function encryptionKeyLocation({ encryptionKey, dataDir }: Config): string {
  return encryptionKey ? 'INLET_ENCRYPTION_KEY' : join(resolve(dataDir), KEY_FILE);
}

/** For a copy of the data that is made without its key. */
export function remindToCopyKey(config: Config): string {
  const location = encryptionKeyLocation(config);
  return [
    'Stored secrets are sealed with the encryption key, which was not copied. Keep a copy of it in a safe place:',
    config.encryptionKey ? `  the value of ${location}` : `  ${location}`,
  ].join('\n');
}

/** For data that a server will be started on. */
export function remindToProvideKey(config: Config): string {
  const location = encryptionKeyLocation(config);
  if (config.encryptionKey || existsSync(location))
    return `Stored secrets can be read if ${location} is the key that they were sealed with.`;
  return [
    'Before you start Inlet, provide the key that the stored secrets were sealed with: set INLET_ENCRYPTION_KEY, or copy',
    `the key file to ${location}. Inlet does not start without it.`,
  ].join('\n');
}
