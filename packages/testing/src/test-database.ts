import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';

const { TEST_MONGODB_URI } = process.env;

/** Set if tests run on another MongoDB: tests that only apply to the embedded database are then skipped. */
export const WITHOUT_EMBEDDED = TEST_MONGODB_URI === undefined ? undefined : 'TEST_MONGODB_URI is set';

export interface TestDatabase {
  readonly dataDir: string;
  /** The settings with which Inlet uses it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Removes it, once nothing uses it any more. */
  readonly forget: () => Promise<void>;
}

/** An empty database: embedded in a temporary directory, or a new one at TEST_MONGODB_URI. */
export function testDatabase(): TestDatabase {
  const dataDir = mkdtempSync(join(tmpdir(), 'inlet-test-'));
  const removeDirectory = () => rmSync(dataDir, { recursive: true, force: true });
  if (TEST_MONGODB_URI === undefined)
    return { dataDir, environment: { INLET_DATA_DIR: dataDir }, forget: async () => removeDirectory() };
  const uri = withDatabase(TEST_MONGODB_URI, `inlet_test_${randomBytes(6).toString('hex')}`);
  return {
    dataDir,
    environment: {
      INLET_DATA_DIR: dataDir,
      MONGODB_URI: uri,
      INLET_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    },
    forget: async () => {
      removeDirectory();
      await dropDatabase(uri);
    },
  };
}

/** The same server and user, another database. */
function withDatabase(uri: string, name: string): string {
  const [, server = '', path = '', options = ''] =
    /^([^/]+:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/.exec(uri) ?? [];
  const isUserKnownElsewhere = server.includes('@') && !/[?&]authSource=/i.test(options);
  const source = `${options === '' ? '?' : '&'}authSource=${path === '' ? 'admin' : path}`;
  return `${server}/${name}${options}${isUserKnownElsewhere ? source : ''}`;
}

async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
