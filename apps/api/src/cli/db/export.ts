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
import { existingDirectory } from './embedded-data.js';
import { encryptionKeyLocation, remindToCopyKey } from './encryption-key-reminder.js';
import { explainFailure } from './explain-failure.js';
import { mongodbAddress } from './mongodb-address.js';
import { directoryBytes, formatSize } from './sizes.js';

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
    await explainFailure(async () => makeEmpty(directory));
    const collections = await explainFailure(() =>
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
          encryptionKey: encryptionKeyLocation(config),
        }),
      );
      return;
    }
    print(collectionTable(collections));
    print(
      `\nThe database ${source ? '' : 'in '}${database} was written to ${directory} (${totalOf(collections)}, ${formatSize(bytes)}).`,
    );
    if (source)
      print(
        'Collections were read one after the other. For a consistent snapshot, stop everything that writes to the database.',
      );
    print(`\n${source ? keyOfSource() : remindToCopyKey(config)}`);
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
  'Stored secrets stay sealed: reading them needs the INLET_ENCRYPTION_KEY of the processes that use this database.';
