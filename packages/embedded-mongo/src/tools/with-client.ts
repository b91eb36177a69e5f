import type { MongoClient } from 'mongodb';

/** Runs work with a client; the name is that of the database in the URI, if it names one. */
export async function withClient<T>(
  uri: string,
  work: (client: MongoClient, databaseName: string | undefined) => Promise<T>,
): Promise<T> {
  // The driver is large, and a server that exports nothing does not need it.
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(uri);
  try {
    const [, name] = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(uri) ?? [];
    return await work(client, name === undefined ? undefined : decodeURIComponent(name));
  } finally {
    await client.close();
  }
}
