import { resolve } from 'node:path';
import { type ExportedDatabase, importDatabase } from '@inlet/embedded-mongo';
import mongoose from 'mongoose';
import { type Command, CommandFailure, type Invocation, UsageError } from '../command.js';
import { collectionTable, totalOf } from './collection-table.js';
import { explainFailure } from './explain-failure.js';
import { findExportedDatabase } from './exported-database.js';
import { type MongodbAddress, mongodbAddress } from './mongodb-address.js';
import { directoryBytes, formatSize } from './sizes.js';

const CONNECT_MS = 10_000;

export const importCommand: Command = {
  usage: 'db import DIR [--to MONGODB_URI] [--json]',
  summary: 'Read an export, or a dump of mongodump, into an empty database.',
  options: { to: { type: 'string' }, json: { type: 'boolean' } },
  wordCount: 1,
  run: async (invocation) => {
    const { words, isSet, print } = invocation;
    const target = targetOf(invocation);
    const directory = resolve(words[0] ?? '');
    const exported = findExportedDatabase(directory);
    await explainFailure(() => assertEmpty(target, exported), {
      describe: (reason) => `The database ${target.shown} cannot be used. ${reason}`,
    });
    const collections = await explainFailure(() => importDatabase(directory, target.uri), {
      describe: (reason) =>
        `${reason}\nThe import is not complete: drop the database ${target.shown} before you try again.`,
    });
    const bytes = directoryBytes(exported.directory);
    if (isSet('json')) {
      print(JSON.stringify({ directory, database: target.shown, bytes, collections }));
      return;
    }
    print(collectionTable(collections));
    print(
      `\nThe export in ${directory} was read into the database ${target.shown} (${totalOf(collections)}, ${formatSize(bytes)}).\n`,
    );
    print(SAME_KEY);
  },
};

const SAME_KEY = [
  'Stored secrets are still sealed with the key of the database they come from. Start Inlet with MONGODB_URI and the',
  'same INLET_ENCRYPTION_KEY; an embedded database keeps it in the file encryption.key of its INLET_DATA_DIR.',
].join('\n');

function targetOf({ text, config }: Invocation): MongodbAddress {
  const to = text('to') ?? config().mongodbUri;
  if (to === undefined)
    throw new UsageError('Pass --to MONGODB_URI, or set MONGODB_URI: the database to import into.');
  return mongodbAddress(to);
}

/** Checked before anything is written, so that a wrong target is not changed. */
async function assertEmpty({ uri, shown }: MongodbAddress, { files }: ExportedDatabase): Promise<void> {
  const connection = mongoose.createConnection(uri, {
    ...(uri.includes('serverSelectionTimeoutMS=') ? {} : { serverSelectionTimeoutMS: CONNECT_MS }),
  });
  try {
    await connection.asPromise();
    const filled: string[] = [];
    for (const name of files.map(decodeURIComponent))
      if ((await connection.collection(name).findOne({}, { projection: { _id: 1 } })) !== null)
        filled.push(name);
    if (filled.length > 0)
      throw new CommandFailure(
        `The database ${shown} is not empty: there are documents in ${filled.join(', ')}.\nImport into an empty database, before Inlet is started on it, or drop this one first.`,
      );
  } finally {
    await connection.close();
  }
}
