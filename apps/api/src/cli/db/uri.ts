import { runningEmbeddedMongoUris } from '@inlet/embedded-mongo';
import { type Command, CommandFailure } from '../command.js';
import { embeddedDirectory } from './embedded-data.js';
import { mongodbAddress } from './mongodb-address.js';

export const uriCommand: Command = {
  usage: 'db uri [--json]',
  summary: 'Print how to open the embedded database with mongosh or Compass.',
  options: { json: { type: 'boolean' } },
  wordCount: 0,
  run: async ({ config, isSet, print }) => {
    const dataDir = embeddedDirectory(config(), 'Open it with that address.');
    const uris = (await runningEmbeddedMongoUris(dataDir)).map((uri) => mongodbAddress(uri).uri);
    if (isSet('json')) print(JSON.stringify({ dataDir, uris }));
    const [uri] = uris;
    if (uri === undefined)
      throw new CommandFailure(
        `No Inlet process runs over ${dataDir}, so there is nothing to connect to. Start one with \`inlet serve\`.`,
      );
    if (!isSet('json')) print(instructions(dataDir, uri));
  },
};

function instructions(dataDir: string, uri: string): string {
  return [
    `The database in ${dataDir} is served at`,
    '',
    `  ${uri}`,
    '',
    'mongosh:  pass this address in quotes.',
    'Compass:  add a connection and paste the address.',
    '',
    'Only this user of this machine can use the address, and it changes each time Inlet starts.',
  ].join('\n');
}
