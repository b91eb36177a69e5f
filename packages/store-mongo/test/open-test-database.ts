import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import type { Log, Store } from '@inlet/workflow';
import mongoose, { type Connection } from 'mongoose';
import { type Cipher, createAesCipher } from '../src/create-aes-cipher.js';
import { createMongoStore } from '../src/create-mongo-store.js';

export const testCipher = createAesCipher({ key: randomBytes(32), randomBytes });

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export const openTestStore = (connection: Connection, cipher: Cipher = testCipher): Promise<Store> =>
  createMongoStore({ connection, cipher, log: silentLog, now: () => new Date() });

export interface TestDatabase {
  readonly uri: string;
  /** To a new database on the server. */
  readonly connection: Connection;
  readonly close: () => Promise<void>;
}

/** Opens an empty database on a running server. `close` drops it. */
export function openDatabase(
  uri: string,
  dbName = `inlet_test_${randomBytes(6).toString('hex')}`,
): TestDatabase {
  const connection = mongoose.createConnection(uri, { dbName, monitorCommands: true });
  return {
    uri,
    connection,
    async close() {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

/** Opens an empty database on a new embedded server. */
export async function openEmbeddedDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inlet-store-'));
  const server = await startEmbeddedMongo({ dataDir });
  const database = openDatabase(server.uri);
  return {
    ...database,
    async close() {
      await database.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
