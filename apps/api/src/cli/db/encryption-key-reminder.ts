import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.js';

const FILE = 'encryption.key';

/** Names the location of the key for the stored secrets, never the key itself. */
export function encryptionKeyLocation({ encryptionKey, dataDir }: Config): string {
  return encryptionKey ? 'INLET_ENCRYPTION_KEY' : join(resolve(dataDir), FILE);
}

/** For a copy of the data that is made without its key. */
export function remindToCopyKey(config: Config): string {
  const location = encryptionKeyLocation(config);
  return [
    'Stored secrets are sealed with the encryption key, which was not copied. Keep a copy of it in a safe place:',
    config.encryptionKey ? `  the value of ${location}` : `  ${location}`,
  ].join('\n');
}

/** For data that a server will be started on. If the key is missing, the server would create another one. */
export function remindToProvideKey(config: Config): string {
  const location = encryptionKeyLocation(config);
  if (config.encryptionKey || existsSync(location))
    return `Stored secrets can be read if ${location} is the key that they were sealed with.`;
  return [
    'Before you start Inlet, provide the key that the stored secrets were sealed with: set INLET_ENCRYPTION_KEY, or copy',
    `the key file to ${location}. Without it, Inlet creates a new key,`,
    'which cannot open them.',
  ].join('\n');
}
