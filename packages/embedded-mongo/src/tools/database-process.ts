import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FILE } from '../storage/check-data-file.js';
import { Database } from '../storage/database.js';
import { NewerFormatError } from '../storage/format-version.js';
import { type CollectionCheck, verifyCollection } from '../storage/verify-collection.js';
import type { DatabaseReply, DatabaseTask } from './run-database-task.js';

// A program that works on one database and sends the result to its parent. LMDB reads damaged pages without checking
// them, so a process that meets one may be killed by the system.

const task: DatabaseTask = JSON.parse(process.argv[2] ?? '');
process.on('disconnect', () => process.exit(1));
const reply = await replyTo(task);
process.send?.(reply, undefined, undefined, () => process.disconnect?.());

async function replyTo({
  dataDir,
  copyTo,
  removesGarbage,
  probesWriting,
}: DatabaseTask): Promise<DatabaseReply> {
  if (!existsSync(join(dataDir, DATA_FILE))) return { kind: 'missing' };
  try {
    const database = new Database({ path: dataDir, durability: 'flush' });
    if (probesWriting) database.environment.probeWriting();
    if (removesGarbage) await database.removeGarbage(() => false);
    if (copyTo !== undefined) await database.environment.copyTo(copyTo);
    const collections = copyTo === undefined ? checkCollections(database) : [];
    await database.close();
    return { kind: 'done', collections };
  } catch (error) {
    if (error instanceof NewerFormatError) return { kind: 'newer_format', message: error.message };
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

function checkCollections({ environment, catalog, documents }: Database): CollectionCheck[] {
  return environment.read(() => catalog.list().map((collection) => verifyCollection(documents, collection)));
}
