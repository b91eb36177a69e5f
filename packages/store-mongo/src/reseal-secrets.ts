import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@inlet/workflow';
import type { Connection, mongo } from 'mongoose';
import type { Cipher } from './create-aes-cipher.js';
import { dropOtherKeys, listKeysInUse } from './known-texts.js';
import { openSealedCollections, type Replacement, type SealedDocument } from './sealed-collections.js';

export interface SealedDatabase {
  readonly connection: Connection;
  readonly cipher: Cipher;
}

export interface ResealOptions extends SealedDatabase {
  readonly log: Log;
  /** Stops between two steps. */
  readonly signal: AbortSignal;
  /** Pause after each step of up to 100 documents that changed some; default 50. */
  readonly pauseMs?: number | undefined;
}

/**
 * Seals all stored secrets with the sealing key, in small steps while requests and runs continue, and records that no
 * other key is in use. Can be stopped at any point and started again, also by several processes at once. Does nothing
 * if there is no other key, or if a process with another sealing key has started later. As long as there are previous
 * keys, it must be repeated: a process that still runs may seal with one of them.
 *
 * @throws InletError `encryption_key_wrong` if a secret was sealed with none of the keys.
 */
export async function resealSecrets(options: ResealOptions): Promise<void> {
  const { cipher, log } = options;
  const database = { db: dbOf(options), cipher };
  const keysInUse = await listKeysInUse(database);
  if (keysInUse.at(-1) !== cipher.keyId) return;
  const isRecorded = keysInUse.length === 1;
  if (isRecorded && cipher.keyIds.length === 1) return;
  if (!isRecorded)
    log.info({ keyId: cipher.keyId, keysInUse }, 'sealing stored secrets with the current encryption key');
  let secrets = 0;
  await dropOtherKeys(database, async () => {
    // A document that changed during a round is found by the next one.
    for (let resealed = -1; resealed !== 0; secrets += resealed) resealed = await resealOnce(options);
  });
  if (isRecorded && secrets === 0) return;
  log.info(
    { keyId: cipher.keyId, secrets },
    'all stored secrets are sealed with the current encryption key; previous keys can be removed',
  );
}

/** Returns the number of texts that had another key. */
async function resealOnce({ cipher, signal, pauseMs = 50, ...database }: ResealOptions): Promise<number> {
  let count = 0;
  for (const collection of openSealedCollections(dbOf(database))) {
    for await (const documents of collection.steps()) {
      signal.throwIfAborted();
      const replacements = documents.flatMap((document) => resealDocument(document, cipher));
      if (replacements.length === 0) continue;
      await collection.replace(replacements);
      count += replacements.reduce((sum, { texts }) => sum + texts.length, 0);
      await sleep(pauseMs, undefined, { signal });
    }
  }
  return count;
}

function resealDocument({ id, secrets }: SealedDocument, cipher: Cipher): Replacement[] {
  const old = secrets.filter(({ text }) => cipher.keyIdOf(text) !== cipher.keyId);
  if (old.length === 0) return [];
  const texts = old.map(({ path, text, context }) => ({
    path,
    from: text,
    to: cipher.encrypt(cipher.decrypt(text, context), context),
  }));
  return [{ id, texts }];
}

/** Counts the stored secrets by the id of their key; null counts those from before keys had ids. */
export async function countSecretsByKey({
  cipher,
  ...database
}: SealedDatabase): Promise<ReadonlyMap<string | null, number>> {
  const counts = new Map<string | null, number>();
  for (const collection of openSealedCollections(dbOf(database)))
    for await (const documents of collection.steps())
      for (const { text } of documents.flatMap(({ secrets }) => secrets)) {
        const keyId = cipher.keyIdOf(text);
        counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
      }
  return counts;
}

function dbOf({ connection }: Pick<SealedDatabase, 'connection'>): mongo.Db {
  if (connection.db === undefined) throw new Error('The database connection has no database.');
  return connection.db;
}
