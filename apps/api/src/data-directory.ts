import { statSync } from 'node:fs';
import { join } from 'node:path';
import { NewerFormatError } from '@inlet/embedded-mongo';
import { ConfigError } from './config.js';
import { KEY_FILE } from './encryption-key-file.js';

const DATA_FILE = 'data.mdb';

/**
 * Refuses an empty data file beside a key: the database would begin again without data.
 *
 * @throws ConfigError
 */
export function checkDataDirectory(dataDir: string): void {
  const hasKey = statSync(join(dataDir, KEY_FILE), { throwIfNoEntry: false }) !== undefined;
  if (!hasKey || statSync(join(dataDir, DATA_FILE), { throwIfNoEntry: false })?.size !== 0) return;
  throw new ConfigError(
    `${join(dataDir, DATA_FILE)} is empty; delete it and restore a backup with \`inlet db restore\`, or delete it to begin without data.`,
  );
}

const MAKE_SPACE = 'make space on its disk';
const RAISE_FILES = 'raise the limit of open files (ulimit -n)';
const CHOOSE_DIRECTORY = 'or set INLET_DATA_DIR to another directory';

/** By the code of a system error: what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: `give it to the user of this process${userId()} (chown -R), ${CHOOSE_DIRECTORY}`,
  EPERM: `give it to the user of this process${userId()} (chown -R), ${CHOOSE_DIRECTORY}`,
  EROFS: `mount it writable, ${CHOOSE_DIRECTORY}`,
  ENOTDIR: `remove the file in its path, ${CHOOSE_DIRECTORY}`,
  EEXIST: `remove the file in its path, ${CHOOSE_DIRECTORY}`,
  ENOSPC: MAKE_SPACE,
  EDQUOT: MAKE_SPACE,
  EMFILE: RAISE_FILES,
  ENFILE: RAISE_FILES,
  ENOMEM: 'give the process more memory and addresses (ulimit -v)',
};

/** Messages of the storage library, which reports the texts of the system instead of its codes. */
const CODES_BY_TEXT: readonly (readonly [string, string])[] = [
  ['Permission denied', 'EACCES'],
  ['Operation not permitted', 'EPERM'],
  ['Read-only file system', 'EROFS'],
  ['No space left on device', 'ENOSPC'],
  ['Too many open files', 'EMFILE'],
  ['Cannot allocate memory', 'ENOMEM'],
];

function userId(): string {
  return process.getuid === undefined ? '' : `, ${process.getuid()}`;
}

/** Turns an error about the data directory into one sentence that says what to do. */
export function explainDataFailure(dataDir: string, cause: unknown): Error {
  if (cause instanceof NewerFormatError || cause instanceof ConfigError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = ADVICE[codeOf(cause, reason)];
  const end = advice === undefined ? '.' : `; ${advice}.`;
  return new ConfigError(`The database in ${dataDir} (INLET_DATA_DIR) cannot be opened: ${reason}${end}`, {
    cause,
  });
}

function codeOf(cause: unknown, reason: string): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return CODES_BY_TEXT.find(([text]) => reason.includes(text))?.[1] ?? '';
}
