import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, decodeEncryptionKey } from './config.js';

/** A file in the data directory, readable only by its owner: the key, and below it the previous ones. */
export const KEY_FILE = 'encryption.key';

export interface EncryptionKeys {
  readonly key: Buffer;
  /** Keys that open what was sealed before, and seal nothing. */
  readonly previousKeys: readonly Buffer[];
}

/**
 * Reads the keys for secrets in the embedded database from its directory, or creates one if there are no data yet. Two
 * processes that start at the same moment use the same key: it is written to a temporary file and then linked to its
 * name, which only one of them can do.
 *
 * @throws ConfigError if the file is missing although there are data, or if it does not contain keys
 */
export function loadEncryptionKeys(dataDir: string, { hasData }: { hasData: boolean }): EncryptionKeys {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, KEY_FILE);
  const text = readIfThere(path);
  if (text === null && hasData)
    throw new ConfigError(
      `There are data in ${dataDir}, but ${path} is missing and INLET_ENCRYPTION_KEY is not set: restore the key that the data were stored with from its backup, or set INLET_ENCRYPTION_KEY to it.`,
    );
  return parse(path, text ?? makeKeyFile(path));
}

/**
 * Puts a new key before those of the file. No process may use the data directory.
 *
 * @throws ConfigError if there is no file, or if it does not contain keys
 */
export function addNewKey(dataDir: string): EncryptionKeys {
  const { key, previousKeys } = loadEncryptionKeys(dataDir, { hasData: true });
  const keys = { key: randomBytes(32), previousKeys: [key, ...previousKeys] };
  replaceFile(join(dataDir, KEY_FILE), keys);
  return keys;
}

/** Removes all previous keys from the file. */
export function removePreviousKeys(dataDir: string): void {
  const { key } = loadEncryptionKeys(dataDir, { hasData: true });
  replaceFile(join(dataDir, KEY_FILE), { key, previousKeys: [] });
}

function parse(path: string, text: string): EncryptionKeys {
  const [key, ...previousKeys] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const decoded = decodeEncryptionKey(line);
      if (decoded) return decoded;
      throw new ConfigError(
        `${path} holds no encryption key; restore it from a backup, as secrets cannot be read without it.`,
      );
    });
  if (key) return { key, previousKeys };
  throw new ConfigError(`${path} is empty; restore it from a backup, as secrets cannot be read without it.`);
}

const encode = ({ key, previousKeys }: EncryptionKeys): string =>
  [key, ...previousKeys].map((each) => `${each.toString('base64')}\n`).join('');

const NEW_FILE = { mode: 0o600, flush: true, flag: 'wx' } as const;

function makeKeyFile(path: string): string {
  const aside = asideOf(path);
  try {
    writeFileSync(aside, encode({ key: randomBytes(32), previousKeys: [] }), NEW_FILE);
    linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return readFileSync(path, 'utf8');
}

/** Writes the file under another name first, so that a crash leaves the old one or the new one. */
function replaceFile(path: string, keys: EncryptionKeys): void {
  const aside = asideOf(path);
  try {
    writeFileSync(aside, encode(keys), NEW_FILE);
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

const asideOf = (path: string): string => `${path}.${randomBytes(8).toString('hex')}`;

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
