import { fork } from 'node:child_process';
import { NewerFormatError } from '../storage/format-version.js';
import type { CollectionCheck } from '../storage/verify-collection.js';

export interface DatabaseTask {
  readonly dataDir: string;
  /** The empty directory for a copy; undefined to check every document and index entry instead. */
  readonly copyTo?: string | undefined;
  /** Whether to remove the entries of dropped collections and indexes first. */
  readonly removesGarbage?: boolean | undefined;
  /** Whether to begin a write and undo it, which reads the list of free pages. */
  readonly probesWriting?: boolean | undefined;
}

export type DatabaseReply =
  | { readonly kind: 'done'; readonly collections: CollectionCheck[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'newer_format'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

const RESTORE = 'restore a backup with `inlet db restore`';

/**
 * Works on an existing database in a separate process, because a damaged page can end the process that reads it.
 * Servers may use the database at the same time.
 *
 * @throws NewerFormatError if a newer release wrote the database.
 * @throws Error if the directory holds no database, if it cannot be read, or if a page of it is damaged.
 */
export async function runDatabaseTask(task: DatabaseTask): Promise<CollectionCheck[]> {
  const { reply, ending } = await start(task);
  switch (reply?.kind) {
    case 'done':
      return reply.collections;
    case 'missing':
      throw new Error(`no database found in ${task.dataDir}`);
    case 'newer_format':
      throw new NewerFormatError(reply.message);
    case 'failed':
      throw new Error(
        `the database in ${task.dataDir} cannot be read (${reply.message}); ${adviceFor(reply.message)}`,
      );
    default:
      throw new Error(
        `the database in ${task.dataDir} is damaged: reading it ended a process with ${ending}, because a page of the file is damaged or missing; ${RESTORE}`,
      );
  }
}

/** What the library reports if it cannot write its lock file, which readers need too. */
const NOT_WRITABLE = /read-only file system|permission denied|operation not permitted/i;

const adviceFor = (message: string): string =>
  NOT_WRITABLE.test(message)
    ? 'its directory and files must be writable for this user: readers register in the lock file'
    : RESTORE;

interface Outcome {
  readonly reply: DatabaseReply | undefined;
  /** The signal or the exit code of the process. */
  readonly ending: string;
}

function start(task: DatabaseTask): Promise<Outcome> {
  const child = fork(new URL('./database-process.js', import.meta.url), [JSON.stringify(task)], {
    execArgv: [],
    // The library prints its own complaints about a damaged page.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let reply: DatabaseReply | undefined;
  child.once('message', (message) => {
    reply = message as DatabaseReply;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ reply, ending: signal ?? `exit code ${code}` }));
  });
}
