import { validateEmbeddedMongo } from '@inlet/embedded-mongo';
import { type Command, CommandFailure } from '../command.js';
import { collectionTable, totalOf } from './collection-table.js';
import { embeddedBytes, existingDirectory } from './embedded-data.js';
import { explainFailure } from './explain-failure.js';
import { formatSize } from './sizes.js';

export const validateCommand: Command = {
  usage: 'db validate [--json]',
  summary: 'Compare every document of the embedded database with every index entry.',
  options: { json: { type: 'boolean' } },
  wordCount: 0,
  run: async ({ config, isSet, print }) => {
    const dataDir = existingDirectory(config(), "MongoDB's own `validate` command checks it.");
    const { isValid, collections } = await explainFailure(() => validateEmbeddedMongo(dataDir));
    const bytes = embeddedBytes(dataDir) ?? 0;
    if (isSet('json')) print(JSON.stringify({ dataDir, isValid, bytes, collections }));
    else print(collectionTable(collections));
    const faults = collections.flatMap(({ ns, errors }) => errors.map((error) => `${ns}: ${error}`));
    if (!isValid) throw new CommandFailure(damaged(dataDir, faults));
    if (!isSet('json'))
      print(`\nThe database in ${dataDir} is in order (${totalOf(collections)}, ${formatSize(bytes)}).`);
  },
};

function damaged(dataDir: string, faults: readonly string[]): string {
  return [
    `The database in ${dataDir} is damaged:`,
    ...faults.map((fault) => `  ${fault}`),
    'Restore a backup: stop Inlet, move the directory away, and use `inlet db restore`.',
  ].join('\n');
}
