import { resolve } from 'node:path';
import { backupEmbeddedMongo } from '@inlet/embedded-mongo';
import type { Command } from '../command.js';
import { embeddedBytes, existingDirectory } from './embedded-data.js';
import { encryptionKeyPlace, keyIsElsewhere } from './encryption-key-reminder.js';
import { failingInWords } from './failing-in-words.js';
import { formatSize } from './format-size.js';

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
    await failingInWords(() => backupEmbeddedMongo(dataDir, directory));
    const bytes = embeddedBytes(directory) ?? 0;
    if (isSet('json')) {
      print(JSON.stringify({ dataDir, directory, bytes, encryptionKey: encryptionKeyPlace(config) }));
      return;
    }
    print(`The database in ${dataDir} was copied to ${directory} (${formatSize(bytes)}) and checked.\n`);
    print(keyIsElsewhere(config));
  },
};
