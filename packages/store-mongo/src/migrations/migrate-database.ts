import { setTimeout as sleep } from 'node:timers/promises';
import { InletError } from '@inlet/contracts';
import type { Log } from '@inlet/workflow';
import type { mongo } from 'mongoose';
import type { Cipher } from '../create-aes-cipher.js';
import { isDuplicateKey } from '../driver-errors.js';
import type { MigrationContext, MigrationStep } from './migration.js';
import { toVersion1 } from './version-1.js';
import { toVersion2 } from './version-2.js';
import { toVersion3 } from './version-3.js';
import { toVersion4 } from './version-4.js';
import { toVersion5 } from './version-5.js';
import { toVersion6 } from './version-6.js';
import { toVersion7 } from './version-7.js';
import { toVersion8 } from './version-8.js';

/** The steps that lead from each version to the next. The newest version is their number. */
const MIGRATIONS: readonly (readonly MigrationStep[])[] = [
  toVersion1,
  toVersion2,
  toVersion3,
  toVersion4,
  toVersion5,
  toVersion6,
  toVersion7,
  toVersion8,
];
const NEWEST_VERSION = MIGRATIONS.length;

/** The version of the database, and the lease of the process that migrates it. */
interface SchemaDocument {
  readonly _id: 'schema';
  readonly schemaVersion: number;
  readonly leaseOwner: string | null;
  readonly leaseUntil: Date | null;
}

export interface MigrateDatabaseOptions {
  readonly db: mongo.Db;
  readonly cipher: Cipher;
  readonly log: Log;
  readonly now: () => Date;
  /** Names this process in the lease. */
  readonly owner: string;
  /** After this long without a renewal, another process takes the migration over. */
  readonly leaseMs?: number;
}

type Options = Required<MigrateDatabaseOptions>;

const ONE = { _id: 'schema' } as const;
/** Collections of databases from before versions were stored. */
const OLDEST_COLLECTIONS = new Set(['projects', 'templates', 'import_jobs', 'runs', 'deliveries', 'work']);
const POLL_MS = 250;
const NO_LEASE = { leaseOwner: null, leaseUntil: null };

/**
 * Brings the database to the newest version, once, however many processes start at the same time: one of them
 * migrates under a lease, the others wait. If that process dies, one of the others takes over.
 *
 * @throws InletError `database_newer` if a newer version of Inlet wrote the database, `database_damaged` if its version
 * is none, `encryption_key_wrong` if secrets were sealed with another key.
 */
export async function migrateDatabase(given: MigrateDatabaseOptions): Promise<void> {
  const options: Options = { leaseMs: 30_000, ...given };
  const meta = options.db.collection<SchemaDocument>('meta');
  let hasLoggedWait = false;
  for (;;) {
    const { schemaVersion } = (await meta.findOne(ONE)) ?? (await insertVersion(options));
    requireReadable(schemaVersion);
    if (schemaVersion === NEWEST_VERSION) return;
    if (await acquireLease(options)) {
      if (await migrate(options)) return;
    } else if (!hasLoggedWait) {
      options.log.info({ schemaVersion }, 'waiting for another process that is migrating the database');
      hasLoggedWait = true;
    }
    await sleep(POLL_MS);
  }
}

function requireReadable(schemaVersion: number): void {
  if (!Number.isInteger(schemaVersion) || schemaVersion < 0)
    throw new InletError('database_damaged', {
      detail: `schemaVersion in the collection "meta" is ${JSON.stringify(schemaVersion)}, which is no version.`,
    });
  if (schemaVersion <= NEWEST_VERSION) return;
  throw new InletError('database_newer', {
    detail: `The database has version ${schemaVersion}, and this version of Inlet reads up to ${NEWEST_VERSION}.`,
  });
}

/**
 * Stores the version of a database that has none: 0 if an older Inlet has used it, the newest if it is empty. An
 * empty database gets its version before its first collection, so that no other process mistakes it for an old one.
 */
async function insertVersion({ db }: Options): Promise<SchemaDocument> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const isOld = collections.some(({ name }) => OLDEST_COLLECTIONS.has(name));
  const meta = db.collection<SchemaDocument>('meta');
  const first = { schemaVersion: isOld ? 0 : NEWEST_VERSION, ...NO_LEASE };
  try {
    await meta.updateOne(ONE, { $setOnInsert: first }, { upsert: true });
  } catch (error) {
    // Two upserts at once: one of them inserts, and both read the same document.
    if (!isDuplicateKey(error, '_id')) throw error;
  }
  const stored = await meta.findOne(ONE);
  if (stored === null) throw new Error('The version of the database was not stored.');
  return stored;
}

const leaseEnd = ({ now, leaseMs }: Options): Date => new Date(now().getTime() + leaseMs);

async function acquireLease(options: Options): Promise<boolean> {
  const { db, owner, now } = options;
  const { matchedCount } = await db.collection<SchemaDocument>('meta').updateOne(
    {
      ...ONE,
      schemaVersion: { $lt: NEWEST_VERSION },
      $or: [{ leaseOwner: null }, { leaseUntil: { $lte: now() } }],
    },
    { $set: { leaseOwner: owner, leaseUntil: leaseEnd(options) } },
  );
  return matchedCount === 1;
}

/** Runs all missing migrations, and renews the lease while they run. False if the lease was lost. */
async function migrate(options: Options): Promise<boolean> {
  const { db, owner, log, leaseMs } = options;
  const meta = db.collection<SchemaDocument>('meta');
  const ownLease = { ...ONE, leaseOwner: owner };
  const lost = new AbortController();
  const renew = async () => {
    const { matchedCount } = await meta.updateOne(ownLease, { $set: { leaseUntil: leaseEnd(options) } });
    if (matchedCount === 0) lost.abort();
  };
  // A renewal that fails is tried again by the next one; if all fail, the lease ends.
  const renewing = setInterval(() => void renew().catch(() => {}), leaseMs / 3);
  try {
    const { schemaVersion: first = NEWEST_VERSION } = (await meta.findOne(ownLease)) ?? {};
    for (let version = first; version < NEWEST_VERSION; version += 1) {
      log.info({ from: version, to: version + 1 }, 'migrating the database');
      await runSteps(MIGRATIONS[version] ?? [], { ...options, signal: lost.signal });
      // The last version ends the lease in the same write: a process that dies here leaves nothing to take over.
      const end = version + 1 === NEWEST_VERSION ? NO_LEASE : {};
      const { matchedCount } = await meta.updateOne(
        { ...ownLease, schemaVersion: version },
        { $set: { schemaVersion: version + 1, ...end } },
      );
      if (matchedCount === 0) return false;
      log.info({ schemaVersion: version + 1 }, 'the database is migrated');
    }
    return true;
  } catch (error) {
    if (lost.signal.aborted) return false;
    throw error;
  } finally {
    clearInterval(renewing);
    await meta.updateOne(ownLease, { $set: NO_LEASE }).catch(() => {});
  }
}

async function runSteps(steps: readonly MigrationStep[], context: MigrationContext): Promise<void> {
  for (const { name, run } of steps) {
    context.signal.throwIfAborted();
    context.log.info({}, `migrating ${name}`);
    await run(context);
  }
}
