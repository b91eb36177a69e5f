import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, decodeEncryptionKey } from './config.js';

/** A file in the data directory, readable only by its owner. */
const FILE = 'encryption.key';

/**
 * Reads the key for secrets in the embedded database from its directory, or creates it at the first start. Two
 * processes that start at the same moment use the same key: it is written to a temporary file and then linked to its
 * name, which only one of them can do.
 *
 * @throws ConfigError if the file does not contain a key
 */
export function loadEncryptionKey(dataDir: string): Buffer {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  const text = readIfThere(path) ?? makeKeyFile(path);
  const key = decodeEncryptionKey(text.trim());
  if (key) return key;
  throw new ConfigError(
    `${path} holds no encryption key; restore it from a backup, as secrets cannot be read without it.`,
  );
}

function makeKeyFile(path: string): string {
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(aside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return readFileSync(path, 'utf8');
}

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
