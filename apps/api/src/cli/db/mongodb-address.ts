import { UsageError } from '../command.js';

/** What drivers take where an address names no database; so this is where Inlet's embedded data are. */
const DEFAULT_DATABASE = 'test';
const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/;

export interface MongodbAddress {
  /** Names the database, whether the given one did or not. */
  readonly uri: string;
  readonly database: string;
  /** The database and the hosts, without user and password. */
  readonly shown: string;
}

/**
 * Reads the address of a database as Inlet itself would use it.
 *
 * @throws UsageError where it is none. The text is not repeated, as it may hold a password.
 */
export function mongodbAddress(text: string): MongodbAddress {
  const [, server, path = '', options = ''] = ADDRESS.exec(text) ?? [];
  if (server === undefined)
    throw new UsageError('The address of a database begins with mongodb:// or mongodb+srv://.');
  const name = path === '' ? DEFAULT_DATABASE : path;
  // A user is looked up in the database of the path where nothing else is said, and in `admin` where there is none.
  const hasOtherSource = path === '' && server.includes('@') && !/[?&]authSource=/i.test(options);
  const source = hasOtherSource ? `${options === '' ? '?' : '&'}authSource=admin` : '';
  const database = decodeURIComponent(name);
  return {
    uri: `${server}/${name}${options}${source}`,
    database,
    shown: `${database} at ${decodeURIComponent(server.replace(/^[^/]*\/\/(?:.*@)?/, ''))}`,
  };
}
