import type { mongo } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { isDuplicateKey } from './driver-errors.js';
import { openSealedCollections } from './sealed-collections.js';

/** A known text, sealed with each key that stored secrets may be sealed with; last with that of the latest start. */
interface EncryptionDocument {
  readonly _id: 'encryption';
  readonly knownTexts: string[];
}

interface EncryptedDatabase {
  readonly db: mongo.Db;
  readonly cipher: Cipher;
}

const ONE = { _id: 'encryption' } as const;
const TEXT = 'inlet';
const CONTEXT = 'this database';

const collectionOf = (db: mongo.Db) => db.collection<EncryptionDocument>('meta');

const readKnownTexts = async (db: mongo.Db): Promise<string[]> =>
  (await collectionOf(db).findOne(ONE))?.knownTexts ?? [];

/** Stores the known text for every key, if there is none yet. */
export async function insertKnownTexts({ db, cipher }: EncryptedDatabase): Promise<void> {
  const knownTexts = textsOfAllKeys(cipher);
  try {
    await collectionOf(db).updateOne(ONE, { $setOnInsert: { knownTexts } }, { upsert: true });
  } catch (error) {
    // Two upserts at once: one of them inserts.
    if (!isDuplicateKey(error, '_id')) throw error;
  }
}

/**
 * Opens the known text of every key that is in use, and puts that of the sealing key at the end. A key that the database was
 * opened with and that no secret needs may be missing.
 *
 * @throws InletError `encryption_key_wrong` if a key in use is missing.
 */
export async function checkKnownTexts({ db, cipher }: EncryptedDatabase): Promise<void> {
  const stored = await readKnownTexts(db);
  if (stored.some((text) => !hasKeyOf(cipher, text)) && !(await needsOtherKey(db, cipher))) {
    const knownTexts = textsOfAllKeys(cipher);
    await collectionOf(db).updateOne({ ...ONE, knownTexts: stored }, { $set: { knownTexts } });
    return;
  }
  for (const text of stored) cipher.decrypt(text, CONTEXT);
  if (stored.length === 0) return insertKnownTexts({ db, cipher });
  const own = stored.find((text) => cipher.keyIdOf(text) === cipher.keyId);
  if (own !== undefined && own === stored.at(-1)) return;
  if (own !== undefined) await collectionOf(db).updateOne(ONE, { $pull: { knownTexts: own } });
  const added = own ?? cipher.encrypt(TEXT, CONTEXT);
  await collectionOf(db).updateOne(ONE, { $push: { knownTexts: added } });
}

const textsOfAllKeys = (cipher: Cipher): string[] => cipher.encryptWithEach(TEXT, CONTEXT).toReversed();

const hasKeyOf = (cipher: Cipher, text: string): boolean =>
  cipher.keyIds.includes(cipher.keyIdOf(text) ?? '');

/** Whether a secret was sealed with another key, or from before keys had ids. */
async function needsOtherKey(db: mongo.Db, cipher: Cipher): Promise<boolean> {
  for (const collection of openSealedCollections(db))
    for await (const documents of collection.steps())
      if (documents.some(({ secrets }) => secrets.some(({ text }) => !hasKeyOf(cipher, text)))) return true;
  return false;
}

/** The ids of the keys that stored secrets may be sealed with; last that of the latest start. */
export async function listKeysInUse({ db, cipher }: EncryptedDatabase): Promise<string[]> {
  const ids = (await readKnownTexts(db)).flatMap((text) => cipher.keyIdOf(text) ?? []);
  return [...new Set(ids)];
}

/** Runs work after which the sealing key is the only one in use, unless another process begins to use one during it. */
export async function dropOtherKeys(
  { db, cipher }: EncryptedDatabase,
  work: () => Promise<void>,
): Promise<void> {
  const before = await readKnownTexts(db);
  await work();
  const own = before.find((text) => cipher.keyIdOf(text) === cipher.keyId);
  const knownTexts = [own ?? cipher.encrypt(TEXT, CONTEXT)];
  await collectionOf(db).updateOne({ ...ONE, knownTexts: before }, { $set: { knownTexts } });
}
