import { InletError } from '@inlet/contracts';
import type { Store } from '@inlet/workflow';
import type { Connection } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { createCollections } from './create-collections.js';
import { createModels } from './create-models.js';
import { createDeliveryStore } from './deliveries/index.js';
import { createIdempotencyStore } from './idempotency/index.js';
import { createIssueStore } from './issues/index.js';
import { createItemStateStore } from './item-states/index.js';
import { createJobStore } from './jobs/index.js';
import { createProjectStore } from './projects/index.js';
import { createRunStore } from './runs/index.js';
import { createTemplateStore } from './templates/index.js';
import { translateDriverErrors } from './translate-driver-errors.js';

export interface MongoStoreOptions {
  /** Its URI decides the database and the write concern, which should be `w=majority&journal=true`. Closed by its owner. */
  readonly connection: Connection;
  /** Seals the secrets of projects, templates and jobs. */
  readonly cipher: Cipher;
}

/**
 * The store port on MongoDB. Makes the indexes that are not there yet. Needs neither transactions nor change
 * streams: what has to be atomic is one operation on one document, and what takes several can be repeated.
 *
 * Operations throw InletError `unavailable` while the database cannot be reached, `encryption_key_wrong` for
 * secrets that were sealed with another key, and `invalid_cursor` for a cursor that is none of theirs.
 */
export async function createMongoStore({ connection, cipher }: MongoStoreOptions): Promise<Store> {
  await connection.asPromise();
  const models = createModels(connection);
  for (const model of Object.values(models)) await model.createIndexes();
  const context = { models, collections: createCollections(connection), cipher };
  return {
    projects: translateDriverErrors(createProjectStore(context)),
    templates: translateDriverErrors(createTemplateStore(context)),
    jobs: translateDriverErrors(createJobStore(context)),
    runs: translateDriverErrors(createRunStore(context)),
    issues: translateDriverErrors(createIssueStore(context)),
    deliveries: translateDriverErrors(createDeliveryStore(context)),
    itemStates: translateDriverErrors(createItemStateStore(context)),
    idempotency: translateDriverErrors(createIdempotencyStore(context)),
    ping: () => ping(connection),
  };
}

async function ping({ db }: Connection): Promise<void> {
  try {
    if (db === undefined) throw new Error('the connection is closed');
    await db.command({ ping: 1 });
  } catch (cause) {
    throw new InletError('unavailable', { detail: 'The database does not answer.', cause });
  }
}
