import { compactEmbeddedMongo } from '@inlet/embedded-mongo';
import type { Command } from '../command.js';
import { embeddedBytes, existingDirectory } from './embedded-data.js';
import { explainFailure } from './explain-failure.js';
import { formatSize } from './sizes.js';

export const compactCommand: Command = {
  usage: 'db compact [--json]',
  summary: 'Rewrite the embedded database without its free space. Inlet must not run.',
  options: { json: { type: 'boolean' } },
  wordCount: 0,
  run: async ({ config, isSet, print }) => {
    const dataDir = existingDirectory(config(), "MongoDB's own `compact` command does this for it.");
    const bytesBefore = embeddedBytes(dataDir) ?? 0;
    await explainFailure(() => compactEmbeddedMongo(dataDir));
    const bytesAfter = embeddedBytes(dataDir) ?? 0;
    if (isSet('json')) print(JSON.stringify({ dataDir, bytesBefore, bytesAfter }));
    else
      print(
        `The database in ${dataDir} took ${formatSize(bytesBefore)} and now takes ${formatSize(bytesAfter)}.`,
      );
  },
};
