import { describeStoreContract, type StoreUnderTest } from '@inlet/testing/store-contract';
import type { Connection } from 'mongoose';
import {
  openDatabase,
  openEmbeddedDatabase,
  openTestStore,
  type TestDatabase,
} from './open-test-database.js';

async function readRaw({ db }: Connection): Promise<readonly Buffer[]> {
  if (db === undefined) throw new Error('the connection is closed');
  const collections = await db.listCollections().toArray();
  const all = collections.map(({ name }) => db.collection(name, { raw: true }).find().toArray());
  return (await Promise.all(all)).flat().map((document) => {
    if (!Buffer.isBuffer(document)) throw new Error('not a raw document');
    return document;
  });
}

const makeStore = async ({ connection, close }: TestDatabase): Promise<StoreUnderTest> => ({
  store: await openTestStore(connection),
  readRaw: () => readRaw(connection),
  close,
});

describeStoreContract('the embedded database', async () => makeStore(await openEmbeddedDatabase()));

const { TEST_MONGODB_URI } = process.env;
if (TEST_MONGODB_URI !== undefined)
  describeStoreContract('MongoDB', () => makeStore(openDatabase(TEST_MONGODB_URI)));
