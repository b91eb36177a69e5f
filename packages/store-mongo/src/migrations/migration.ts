import type { Log } from '@inlet/workflow';
import { mongo } from 'mongoose';
import type { Cipher } from '../create-aes-cipher.js';

export interface MigrationContext {
  readonly db: mongo.Db;
  readonly cipher: Cipher;
  readonly log: Log;
  /** Aborted when another process has taken the migration over. */
  readonly signal: AbortSignal;
}

/**
 * One step of a migration. A process can be killed at any point of it, and a second one can run it at the same time:
 * a step changes only what still has the old form, and running it again changes nothing.
 */
export interface MigrationStep {
  /** Completes the sentence "Migrating ...". */
  readonly name: string;
  run(context: MigrationContext): Promise<void>;
}

/** A document of any form: the documents of a migration have that of an older version. */
export interface AnyDocument {
  readonly _id: string | mongo.ObjectId;
  readonly [field: string]: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Matches documents without the field. */
export const isMissing = (field: string) => ({ [field]: { $exists: false } });

export interface DocumentUpdates {
  readonly collection: string;
  /** Matches documents of the old form only. */
  readonly filter: mongo.Filter<AnyDocument>;
  /** Members that `update` needs; all if left out. */
  readonly projection?: mongo.Document;
  /** Returns an update after which `filter` no longer matches. */
  readonly update: (document: AnyDocument) => mongo.UpdateFilter<AnyDocument>;
}

const DOCUMENTS_PER_BATCH = 500;

/** Updates every document that matches, in batches, each document by one atomic write. */
export async function updateDocuments(
  { db, log, signal }: MigrationContext,
  { collection: name, filter, projection = {}, update }: DocumentUpdates,
): Promise<void> {
  const collection = db.collection<AnyDocument>(name);
  let count = 0;
  for (let after: mongo.Filter<AnyDocument> = {}; ; ) {
    signal.throwIfAborted();
    const documents = await collection
      .find({ $and: [filter, after] }, { projection, promoteBuffers: true })
      .sort({ _id: 1 })
      .limit(DOCUMENTS_PER_BATCH)
      .toArray();
    const last = documents.at(-1);
    if (last === undefined) break;
    await collection.bulkWrite(
      documents.map((document) => ({
        updateOne: { filter: { $and: [{ _id: document._id }, filter] }, update: update(document) },
      })),
      { ordered: false, ignoreUndefined: true },
    );
    count += documents.length;
    after = { _id: { $gt: last._id } };
    log.debug({ collection: name, documents: count }, 'migrated documents');
  }
  if (count > 0) log.info({ collection: name, documents: count }, 'migrated a collection');
}

/** Drops the indexes of a collection that have `field` in their key. */
export async function dropIndexesOf(
  { db }: MigrationContext,
  { collection: name, field }: { collection: string; field: string },
): Promise<void> {
  const collection = db.collection(name);
  const isThere = await db.listCollections({ name }, { nameOnly: true }).hasNext();
  if (!isThere) return;
  for (const index of await collection.indexes()) {
    if (index.name !== undefined && field in index.key) await dropIndex(collection, index.name);
  }
}

const INDEX_NOT_FOUND = 27;

async function dropIndex(collection: mongo.Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    // Another process that runs the same migration has dropped it.
    if (!(error instanceof mongo.MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
  }
}
