import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  backupEmbeddedMongo,
  exportDatabase,
  startEmbeddedMongo,
  type TransferredCollection,
} from '@inlet/embedded-mongo';
import { type Command, UsageError } from '../command.js';
import { collectionTable, totalOf } from './collection-table.js';
import { directoryBytes } from './directory-bytes.js';
import { existingDirectory } from './embedded-data.js';
import { encryptionKeyPlace, keyIsElsewhere } from './encryption-key-reminder.js';
import { failingInWords } from './failing-in-words.js';
import { formatSize } from './format-size.js';
import { mongodbAddress } from './mongodb-address.js';

export const exportCommand: Command = {
  usage: 'db export DIR [--from MONGODB_URI] [--json]',
  summary: 'Write the data to files that `inlet db import` and mongorestore read.',
  options: { from: { type: 'string' }, json: { type: 'boolean' } },
  wordCount: 1,
  run: async (invocation) => {
    const { words, text, isSet, print } = invocation;
    const config = invocation.config();
    const directory = resolve(words[0] ?? '');
    const from = text('from') ?? config.mongodbUri;
    const source = from === undefined ? null : mongodbAddress(from);
    const dataDir = source ? null : existingDirectory(config, '');
    await failingInWords(async () => makeEmpty(directory));
    const collections = await failingInWords(() =>
      source ? exportDatabase(source.uri, directory) : exportSnapshot(dataDir ?? '', directory),
    );
    const bytes = directoryBytes(directory);
    const database = source?.shown ?? dataDir;
    if (isSet('json')) {
      print(
        JSON.stringify({
          database,
          directory,
          bytes,
          collections,
          encryptionKey: encryptionKeyPlace(config),
        }),
      );
      return;
    }
    print(collectionTable(collections));
    print(
      `\nThe database ${source ? '' : 'in '}${database} was written to ${directory} (${totalOf(collections)}, ${formatSize(bytes)}).`,
    );
    if (source)
      print('Each collection is as it was when it was read. For an exact whole, nobody may write meanwhile.');
    print(`\n${source ? keyOfSource() : keyIsElsewhere(config)}`);
  },
};

function makeEmpty(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length > 0)
    throw new UsageError(`An export needs an empty directory, and ${directory} is not empty.`);
}

/** Exports the state of one moment, even during writes: a copy is made first, then exported. */
async function exportSnapshot(dataDir: string, directory: string): Promise<TransferredCollection[]> {
  const snapshot = join(directory, '.snapshot');
  try {
    await backupEmbeddedMongo(dataDir, snapshot);
    const server = await startEmbeddedMongo({ dataDir: snapshot });
    try {
      return await exportDatabase(mongodbAddress(server.uri).uri, directory);
    } finally {
      await server.close();
    }
  } finally {
    rmSync(snapshot, { recursive: true, force: true });
  }
}

const keyOfSource = (): string =>
  'Stored secrets stay sealed: whoever is to read them needs the INLET_ENCRYPTION_KEY of the processes that use it.';
