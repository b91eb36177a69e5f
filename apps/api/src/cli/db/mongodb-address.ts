import { UsageError } from '../command.js';

/** The default of drivers for an address without a database; also the name of Inlet's embedded database. */
const DEFAULT_DATABASE = 'test';
const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/;

export interface MongodbAddress {
  /** Includes the name of the database, even if the given address does not. */
  readonly uri: string;
  readonly database: string;
  /** Database and hosts, without user and password. */
  readonly shown: string;
}

/**
 * Parses the address of a database in the way that Inlet uses it.
 *
 * @throws UsageError if it is not an address; the text is not repeated, because it may contain a password
 */
export function mongodbAddress(text: string): MongodbAddress {
  const [, server, path = '', options = ''] = ADDRESS.exec(text) ?? [];
  if (server === undefined)
    throw new UsageError('The address of a database begins with mongodb:// or mongodb+srv://.');
  const name = path === '' ? DEFAULT_DATABASE : path;
  // By default a user belongs to the database of the path, or to `admin` if the path has none.
  const hasOtherSource = path === '' && server.includes('@') && !/[?&]authSource=/i.test(options);
  const source = hasOtherSource ? `${options === '' ? '?' : '&'}authSource=admin` : '';
  const database = decodeURIComponent(name);
  return {
    uri: `${server}/${name}${options}${source}`,
    database,
    shown: `${database} at ${decodeURIComponent(server.replace(/^[^/]*\/\/(?:.*@)?/, ''))}`,
  };
}
