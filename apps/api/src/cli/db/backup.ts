import { resolve } from 'node:path';
import { backupEmbeddedMongo } from '@inlet/embedded-mongo';
import type { Command } from '../command.js';
import { embeddedBytes, existingDirectory } from './embedded-data.js';
import { encryptionKeyLocation, remindToCopyKey } from './encryption-key-reminder.js';
import { explainFailure } from './explain-failure.js';
import { formatSize } from './sizes.js';

export const backupCommand: Command = {
  usage: 'db backup DIR [--json]',
  summary: 'Copy the embedded database, also while Inlet runs, and check the copy.',
  options: { json: { type: 'boolean' } },
  wordCount: 1,
  run: async (invocation) => {
    const { words, isSet, print } = invocation;
    const config = invocation.config();
    const dataDir = existingDirectory(config, "Use mongodump, or your provider's snapshots.");
    const directory = resolve(words[0] ?? '');
    await explainFailure(() => backupEmbeddedMongo(dataDir, directory));
    const bytes = embeddedBytes(directory) ?? 0;
    if (isSet('json')) {
      print(JSON.stringify({ dataDir, directory, bytes, encryptionKey: encryptionKeyLocation(config) }));
      return;
    }
    print(`The database in ${dataDir} was copied to ${directory} (${formatSize(bytes)}) and checked.\n`);
    print(remindToCopyKey(config));
  },
};
