import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, type Document, MongoClient, ObjectId } from 'mongodb';
import { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from '../dist/index.js';

export interface TestServer {
  dataDir: string;
  server: EmbeddedMongo;
  client: MongoClient;
  /** The errors that the server reported. */
  faults: Error[];
  /** Creates a new collection with these documents. */
  filled(documents: Document[]): Promise<Collection>;
  /** Stops everything and removes the data. */
  end(): Promise<void>;
}

export const temporaryDirectory = (name: string): string => mkdtempSync(join(tmpdir(), `inlet-${name}-`));

/** Starts a server over a new or given directory, and a client. */
export async function startTestServer(options: Partial<EmbeddedMongoOptions> = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? temporaryDirectory('mongo');
  const faults: Error[] = [];
  const server = await startEmbeddedMongo({ onError: (error) => faults.push(error), ...options, dataDir });
  const client = await MongoClient.connect(server.uri);
  return {
    dataDir,
    server,
    client,
    faults,
    async filled(documents) {
      const collection = client.db('filled').collection(new ObjectId().toHexString());
      if (documents.length > 0) await collection.insertMany(documents);
      return collection;
    },
    async end() {
      await client.close();
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
