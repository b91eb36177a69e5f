import { resolve } from 'node:path';
import { restoreEmbeddedMongo } from '@inlet/embedded-mongo';
import { type Command, UsageError } from '../command.js';
import { embeddedBytes, embeddedDirectory } from './embedded-data.js';
import { encryptionKeyLocation, remindToProvideKey } from './encryption-key-reminder.js';
import { explainFailure } from './explain-failure.js';
import { formatSize } from './sizes.js';

export const restoreCommand: Command = {
  usage: 'db restore DIR [--json]',
  summary: 'Check a backup and make it the embedded database. There must be no other yet.',
  options: { json: { type: 'boolean' } },
  wordCount: 1,
  run: async (invocation) => {
    const { words, isSet, print } = invocation;
    const config = invocation.config();
    const dataDir = embeddedDirectory(
      config,
      'Unset it to restore an embedded database, or use mongorestore.',
    );
    const directory = resolve(words[0] ?? '');
    if (embeddedBytes(directory) === null)
      throw new UsageError(`There is no backup in ${directory}; give the directory of \`inlet db backup\`.`);
    await explainFailure(() => restoreEmbeddedMongo(directory, dataDir));
    const bytes = embeddedBytes(dataDir) ?? 0;
    if (isSet('json')) {
      print(JSON.stringify({ directory, dataDir, bytes, encryptionKey: encryptionKeyLocation(config) }));
      return;
    }
    print(
      `The backup in ${directory} was checked and is now the database in ${dataDir} (${formatSize(bytes)}).\n`,
    );
    print(remindToProvideKey(config));
  },
};
