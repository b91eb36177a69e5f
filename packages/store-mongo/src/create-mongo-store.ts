import { randomUUID } from 'node:crypto';
import { InletError } from '@inlet/contracts';
import type { Log, Store } from '@inlet/workflow';
import type { Connection } from 'mongoose';
import type { ConnectedConnection } from './collection.js';
import { openCollections, type StoreContext } from './collections.js';
import type { Cipher } from './create-aes-cipher.js';
import { createDeliveryStore } from './delivery-store.js';
import { translateDriverErrors } from './driver-errors.js';
import { createErasureStore } from './erasure-store.js';
import { createFileMemoryStore } from './file-memory-store.js';
import { createFileStore } from './file-store.js';
import { createIdempotencyStore } from './idempotency-store.js';
import { createIssueStore } from './issue-store.js';
import { createItemStateStore } from './item-state-store.js';
import { createJobStore } from './job-store.js';
import { checkKnownTexts } from './known-texts.js';
import { migrateDatabase } from './migrations/migrate-database.js';
import { toProjectCredentials } from './project-document.js';
import { createProjectStore } from './project-store.js';
import { createRunStore } from './run-store.js';
import { createSheetStore } from './sheet-store.js';
import { createTemplateStore } from './template-store.js';
import { createUploadStore } from './upload-store.js';

export interface MongoStoreOptions {
  /** Its URI decides the database and the write concern, which should be `w=majority&journal=true`. Its owner closes it. */
  readonly connection: Connection;
  /** Seals the secrets of projects, templates and jobs. */
  readonly cipher: Cipher;
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * The store port on MongoDB. Migrates an older database and makes missing indexes first. Needs neither transactions nor change streams: each change
 * that must be atomic is one operation on one document, and changes that take several operations can be repeated.
 *
 * Operations throw InletError `unavailable` while the database cannot be reached, `encryption_key_wrong` for
 * secrets that were sealed with another key, and `invalid_cursor` for a cursor that they did not make.
 *
 * @throws InletError `database_newer` if a newer version of Inlet wrote the database, `encryption_key_wrong` if the
 * secrets of its projects were sealed with another key.
 */
export async function createMongoStore({ connection, cipher, log, now }: MongoStoreOptions): Promise<Store> {
  const connected = await connection.asPromise();
  if (!isConnected(connected)) throw new Error('The database connection has no database.');
  const owner = randomUUID();
  await migrateDatabase({ db: connected.db, cipher, log, now, owner });
  const collections = openCollections(connected);
  for (const { createIndexes } of Object.values(collections)) await createIndexes();
  const context = { ...collections, cipher };
  await checkKnownTexts({ db: connected.db, cipher });
  await checkKey(context);
  return {
    projects: translateDriverErrors(createProjectStore(context)),
    templates: translateDriverErrors(createTemplateStore(context)),
    jobs: translateDriverErrors(createJobStore(context)),
    runs: translateDriverErrors(createRunStore(context)),
    issues: translateDriverErrors(createIssueStore(context)),
    deliveries: translateDriverErrors(createDeliveryStore(context)),
    itemStates: translateDriverErrors(createItemStateStore(context)),
    uploads: translateDriverErrors(createUploadStore(context)),
    files: translateDriverErrors(createFileStore(context)),
    sheets: translateDriverErrors(createSheetStore(context)),
    fileMemories: translateDriverErrors(createFileMemoryStore(context)),
    erasures: translateDriverErrors(createErasureStore(context)),
    idempotency: translateDriverErrors(createIdempotencyStore(context)),
    ping: () => ping(connection),
  };
}

/** Opens the secrets of one project: each project has some, and all are sealed with the same key. */
async function checkKey({ projects, cipher }: Pick<StoreContext, 'projects' | 'cipher'>): Promise<void> {
  const project = await projects.documents.findOne();
  if (project !== null) toProjectCredentials(project, cipher);
}

const isConnected = (connection: Connection): connection is ConnectedConnection =>
  connection.db !== undefined;

async function ping({ db }: Connection): Promise<void> {
  try {
    if (db === undefined) throw new Error('the connection is closed');
    await db.command({ ping: 1 });
  } catch (cause) {
    throw new InletError('unavailable', { detail: 'The database does not answer.', cause });
  }
}
