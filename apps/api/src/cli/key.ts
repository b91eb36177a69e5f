import { runningEmbeddedMongoUris } from '@inlet/embedded-mongo';
import { countSecretsByKey, encryptionKeyId, resealSecrets } from '@inlet/store-mongo';
import type { Config } from '../config.js';
import { addNewKey, removePreviousKeys } from '../encryption-key-file.js';
import { type Command, CommandFailure, type Invocation } from './command.js';
import { existingDirectory } from './db/embedded-data.js';
import { encryptionKeyLocation } from './db/encryption-key-reminder.js';
import { withContext } from './with-context.js';

const json = { json: { type: 'boolean' } } as const;

export const keyStatusCommand: Command = {
  usage: 'key status [--json]',
  summary: 'Count the stored secrets by the encryption key that they are sealed with.',
  options: json,
  wordCount: 0,
  run: (invocation) =>
    withContext(invocation, async ({ connection, cipher }) => {
      const counts = await countSecretsByKey({ connection, cipher });
      const { [cipher.keyId]: current = 0, ...others } = Object.fromEntries(
        [...counts].map(([keyId, count]) => [keyId ?? 'none', count]),
      );
      const { isSet, print } = invocation;
      if (isSet('json'))
        print(
          JSON.stringify({ keyId: cipher.keyId, previousKeyIds: cipher.keyIds.slice(1), current, others }),
        );
      else print(describeStatus(invocation.config(), { keyId: cipher.keyId, current, others }));
    }),
};

interface KeyStatus {
  readonly keyId: string;
  readonly current: number;
  /** Numbers of secrets by the id of their key. */
  readonly others: Readonly<Record<string, number>>;
}

function describeStatus(config: Config, { keyId, current, others }: KeyStatus): string {
  const lines = Object.entries(others).map(([id, count]) =>
    id === 'none'
      ? `${count} were stored before keys had ids; they are sealed again at the first rotation.`
      : `${count} are sealed with the previous key ${id}.`,
  );
  return [
    `${current} stored secrets are sealed with the current key, ${keyId} (${encryptionKeyLocation(config)}).`,
    ...lines,
    lines.length === 0
      ? `No other key is in use: ${howToRemove(config)}`
      : 'Keep the previous keys, if there are some. Inlet then seals these secrets again while it runs.',
  ].join('\n');
}

const howToRemove = ({ encryptionKey }: Config): string =>
  encryptionKey
    ? 'INLET_PREVIOUS_ENCRYPTION_KEYS can be removed from all processes.'
    : '`inlet key forget` removes previous keys from the key file.';

export const rotateKeyCommand: Command = {
  usage: 'key rotate [--json]',
  summary: 'Put a new encryption key into the key file of the embedded database. Inlet must not run.',
  options: json,
  wordCount: 0,
  run: async (invocation) => {
    const dataDir = keyFileDirectory(invocation);
    if ((await runningEmbeddedMongoUris(dataDir)).length > 0)
      throw new CommandFailure(`Inlet runs over ${dataDir}. Stop it first: it would not know the new key.`);
    const { key, previousKeys } = addNewKey(dataDir);
    const [keyId, ...previousKeyIds] = [key, ...previousKeys].map(encryptionKeyId);
    const { isSet, print } = invocation;
    if (isSet('json')) print(JSON.stringify({ dataDir, keyId, previousKeyIds }));
    else
      print(
        [
          `The key file has a new key, ${keyId}, and keeps the previous one. Back it up.`,
          'Start Inlet: it seals all stored secrets again while it runs. `inlet key status` shows when it is done.',
        ].join('\n'),
      );
  },
};

export const forgetKeysCommand: Command = {
  usage: 'key forget [--json]',
  summary: 'Remove previous encryption keys from the key file, after sealing what still needs them again.',
  options: json,
  wordCount: 0,
  run: async (invocation) => {
    const dataDir = keyFileDirectory(invocation);
    const previousKeyIds = await withContext(invocation, async ({ connection, cipher, context }) => {
      const signal = new AbortController().signal;
      await resealSecrets({ connection, cipher, log: context.log, signal, pauseMs: 0 });
      return cipher.keyIds.slice(1);
    });
    removePreviousKeys(dataDir);
    const { isSet, print } = invocation;
    if (isSet('json')) print(JSON.stringify({ dataDir, forgottenKeyIds: previousKeyIds }));
    else if (previousKeyIds.length === 0) print('The key file has no previous key.');
    else
      print(
        `Removed ${previousKeyIds.join(', ')} from the key file. Backups from before the rotation still need the old file.`,
      );
  },
};

/** @throws CommandFailure if the key is a setting. */
function keyFileDirectory({ config }: Invocation): string {
  const settings = config();
  if (settings.mongodbUri !== undefined || settings.encryptionKey !== undefined)
    throw new CommandFailure(
      'INLET_ENCRYPTION_KEY sets the key. To rotate it, set it to a new key in all processes, and INLET_PREVIOUS_ENCRYPTION_KEYS to the present one.',
    );
  return existingDirectory(settings, '');
}
