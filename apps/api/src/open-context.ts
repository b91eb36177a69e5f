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
import { NewerFormatError, startEmbeddedMongo } from '@inlet/embedded-mongo';
import { type AgendaQueue, createAgendaQueue } from '@inlet/jobs-agenda';
import { createAesCipher, createMongoStore, translateDriverErrors } from '@inlet/store-mongo';
import {
  type Context,
  createKeySets,
  createSessionSigner,
  createThreadedReader,
  type JobQueue,
  keepKeyOwners,
  type Log,
  type Observation,
} from '@inlet/workflow';
import mongoose, { type Connection } from 'mongoose';
import { type Config, ConfigError } from './config.js';
import { loadEncryptionKey } from './load-encryption-key.js';
import { createNewId } from './new-id.js';
import { SAFE_CONCERNS, withoutConcerns } from './safe-concerns.js';

export interface OpenContextOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly observe?: (observation: Observation) => void;
  /** Default: the system clock. */
  readonly now?: () => Date;
}

/** The context of the use cases, and the queue that a worker starts. */
export interface OpenContext {
  readonly context: Context;
  readonly queue: AgendaQueue;
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
    const connection = await connect(config, { log, closers });
    const key = config.encryptionKey ?? loadEncryptionKey(config.dataDir);
    const cipher = createAesCipher({ key, randomBytes });
    const store = await createMongoStore({ connection, cipher, log, now });
    const workerId = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`;
    if (!connection.db) throw new Error('The database connection has no database.');
    const queue = await createAgendaQueue({
      db: connection.db,
      now,
      log,
      settings: queueSettings(config, workerId),
    });
    const context: Context = {
      store: { ...store, projects: keepKeyOwners(store.projects) },
      queue: translateDriverErrors<JobQueue>(queue),
      connectors: network.connectors,
      webhooks: network.webhooks,
      readChanges: createThreadedReader({ maxThreads: config.readerThreads }),
      keySets: createKeySets({ connectors: network.connectors, now }),
      sessionSigner: createSessionSigner({ key }),
      now,
      random: Math.random,
      randomBytes,
      newId: createNewId({ now, randomBytes }),
      log,
      observe,
      settings: workflowSettings(config, workerId),
    };
    return { context, queue, close };
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

async function connect(
  config: Config,
  { log, closers }: { log: Log; closers: (() => Promise<void> | void)[] },
): Promise<Connection> {
  const uri = config.mongodbUri ?? (await startDatabase(config, { log, closers }));
  const { address, ignored } = withoutConcerns(uri);
  if (ignored.length > 0)
    log.warn({ ignored }, 'MONGODB_URI has options that Inlet ignores: it always reads and writes safely');
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
  { dataDir }: Config,
  { log, closers }: { log: Log; closers: (() => Promise<void> | void)[] },
): Promise<string> {
  const database = await startEmbeddedMongo({
    dataDir,
    onError: (error) => log.error({ error }, 'error in the embedded database'),
  }).catch((cause) => {
    if (cause instanceof NewerFormatError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The database in ${dataDir} (INLET_DATA_DIR) cannot be opened: ${reason}.`, {
      cause,
    });
  });
  closers.push(() => database.close());
  return database.uri;
}

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
    spoolDir: config.spoolDir,
    outlineMaxBytes: config.outlineMaxBytes,
    outlineDeadlineMs: config.outlineDeadlineMs,
    deliveriesInFlight: config.deliveriesInFlight,
    deliveryTimeoutMs: config.deliveryTimeoutMs,
    keepAcknowledgedMs: config.keepAcknowledgedMs,
    keepFailedMs: config.keepFailedMs,
    keepRunsMs: config.keepRunsMs,
  };
}
