import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type Connectors,
  createGuard,
  createHttpConnector,
  createWebhookClient,
  type WebhookClient,
} from '@inlet/connectors';
import { InletError } from '@inlet/contracts';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { type AgendaQueue, createAgendaQueue } from '@inlet/jobs-agenda';
import { type Cipher, createAesCipher, createMongoStore, translateDriverErrors } from '@inlet/store-mongo';
import {
  type Context,
  createFileArrivals,
  createKeySets,
  createSessionSigner,
  createSheets,
  createThreadedReader,
  createTransferDigests,
  type JobQueue,
  keepKeyOwners,
  type Log,
  type Observation,
} from '@inlet/workflow';
import mongoose, { type Connection } from 'mongoose';
import { type Config, ConfigError } from './config.js';
import { createBackground } from './create-background.js';
import { checkDataDirectory, explainDataFailure } from './data-directory.js';
import { createDiskSpace, type DiskSpace } from './disk-space.js';
import { type EncryptionKeys, loadEncryptionKeys } from './encryption-key-file.js';
import { createNewId } from './new-id.js';
import { SAFE_CONCERNS, withoutConcerns } from './safe-concerns.js';

export interface OpenContextOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly observe?: (observation: Observation) => void;
  /** Default: the system clock. */
  readonly now?: () => Date;
  /** Called if the embedded database has ended, so that this process can do nothing any more. */
  readonly onDatabaseLost?: ((error: Error) => void) | undefined;
}

/** The context of the use cases, and the queue that a worker starts. */
export interface OpenContext {
  readonly context: Context;
  readonly queue: AgendaQueue;
  readonly connection: Connection;
  readonly cipher: Cipher;
  /** Null if the data are in MongoDB. */
  readonly diskSpace: DiskSpace | null;
  close(): Promise<void>;
}

const MAINTENANCE_MS = 30_000;
/** Timeout for a database that does not answer; its address can set another one. */
const CONNECT_MS = 10_000;

/** Opens the database and everything that uses it. If a later step fails, closes what was opened. */
export async function openContext(options: OpenContextOptions): Promise<OpenContext> {
  const { config, log, version, observe = () => {}, now = () => new Date() } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    const network = openNetwork(config, { version, now });
    closers.push(network.close);
    const connection = await connect(options, closers);
    const keys = await keysOf(config, connection);
    const cipher = createAesCipher({ ...keys, randomBytes });
    const store = await createMongoStore({ connection, cipher, log, now });
    const workerId = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
    if (!connection.db) throw new Error('The database connection has no database.');
    const queue = await createAgendaQueue({
      db: connection.db,
      now,
      log,
      settings: queueSettings(config, workerId),
    });
    const background = createBackground(log);
    closers.push(() => background.stop());
    const sheets = createSheets({ store, newId: createNewId({ now, randomBytes }), now, log });
    closers.push(() => sheets.close());
    const context: Context = {
      sheets,
      arrivals: createFileArrivals(),
      digests: createTransferDigests(),
      background,
      store: { ...store, projects: keepKeyOwners(store.projects) },
      queue: translateDriverErrors<JobQueue>(queue),
      connectors: network.connectors,
      webhooks: network.webhooks,
      readChanges: createThreadedReader({ maxThreads: config.readerThreads }),
      keySets: createKeySets({ connectors: network.connectors, now }),
      sessionSigner: createSessionSigner(keys),
      now,
      random: Math.random,
      randomBytes,
      newId: createNewId({ now, randomBytes }),
      log,
      observe,
      settings: workflowSettings(config, workerId),
    };
    return { context, queue, connection, cipher, diskSpace: diskSpaceOf(config), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface Network {
  readonly connectors: Connectors;
  readonly webhooks: WebhookClient;
  /** Closes the connections that are kept for reuse. */
  readonly close: () => void;
}

/** Creates everything that connects to addresses of users, behind one guard that allows what the operator lists. */
export function openNetwork(config: Config, options: { version: string; now: () => Date }): Network {
  const { version, now } = options;
  const guard = guardOf(config);
  const http = {
    guard,
    userAgent: `Inlet/${version} (+${config.publicUrl ?? 'https://inlet.dev'})`,
    now: () => now().getTime(),
  };
  return {
    connectors: { url: createHttpConnector(http) },
    webhooks: createWebhookClient(http),
    close: guard.close,
  };
}

function guardOf({ allowedPrivateNetworks }: Config) {
  try {
    return createGuard({ allowedPrivateNetworks });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`INLET_ALLOWED_PRIVATE_NETWORKS is wrong: ${reason}`, { cause });
  }
}

type Closers = (() => Promise<void> | void)[];

async function connect(options: OpenContextOptions, closers: Closers): Promise<Connection> {
  const uri = options.config.mongodbUri ?? (await startDatabase(options, closers));
  const { address, ignored } = withoutConcerns(uri);
  if (ignored.length > 0)
    options.log.warn(
      { ignored },
      'MONGODB_URI has options that Inlet ignores: it always reads and writes safely',
    );
  const connection = mongoose.createConnection(address, {
    ...SAFE_CONCERNS,
    appName: 'inlet',
    ...(uri.includes('serverSelectionTimeoutMS=') ? {} : { serverSelectionTimeoutMS: CONNECT_MS }),
  });
  closers.push(() => connection.close());
  try {
    return await connection.asPromise();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InletError('unavailable', { detail: `The database cannot be reached: ${reason}`, cause });
  }
}

async function startDatabase(
  { config, log, onDatabaseLost }: OpenContextOptions,
  closers: Closers,
): Promise<string> {
  const { dataDir, diskReserveMb: reserveMb } = config;
  try {
    checkDataDirectory(dataDir);
    const onError = (error: Error) => log.error({ error }, 'error in the embedded database');
    const database = await startEmbeddedMongo({
      dataDir,
      reserveMb,
      onError,
      onStopped: onDatabaseLost,
    });
    closers.push(() => database.close());
    return database.uri;
  } catch (error) {
    throw explainDataFailure(dataDir, error);
  }
}

async function keysOf(config: Config, { db }: Connection): Promise<EncryptionKeys> {
  const { dataDir, encryptionKey, previousEncryptionKeys } = config;
  if (encryptionKey) return { key: encryptionKey, previousKeys: previousEncryptionKeys };
  // Before the key file: a process that starts at the same time makes the file first, and then collections.
  const collections = (await db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
  try {
    return loadEncryptionKeys(dataDir, { hasData: collections.length > 0 });
  } catch (error) {
    throw explainDataFailure(dataDir, error);
  }
}

const diskSpaceOf = ({ mongodbUri, dataDir, diskReserveMb }: Config): DiskSpace | null =>
  mongodbUri === undefined ? createDiskSpace({ dataDir, reserveBytes: diskReserveMb * 2 ** 20 }) : null;

function queueSettings(config: Config, workerId: string) {
  const { workerConcurrency: concurrency, lockMs, pollMs } = config;
  return { workerId, concurrency, lockMs, pollMs, maintenanceMs: MAINTENANCE_MS };
}

function workflowSettings(config: Config, workerId: string): Context['settings'] {
  return {
    workerId,
    leaseMs: config.lockMs,
    concurrency: config.workerConcurrency,
    concurrencyPerSite: config.concurrencyPerSite,
    fetchDeadlineMs: config.fetchDeadlineMs,
    publicUrl: config.publicUrl ?? `http://127.0.0.1:${config.port}`,
    spoolDir: config.spoolDir,
    outlineMaxBytes: config.outlineMaxBytes,
    outlineDeadlineMs: config.outlineDeadlineMs,
    deliveriesInFlight: config.deliveriesInFlight,
    deliveryTimeoutMs: config.deliveryTimeoutMs,
    keepAcknowledgedMs: config.keepAcknowledgedMs,
    keepFailedMs: config.keepFailedMs,
    keepRunsMs: config.keepRunsMs,
    uploadLimits: config.uploadLimits,
  };
}
