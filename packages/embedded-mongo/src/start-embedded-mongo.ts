import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { registerServer } from './run-directory.js';
import { restoreClass } from './storage/format-version.js';
import { WriteGate } from './storage/write-gate.js';
import { requireWholeFile } from './tools/validate.js';
import type { WorkerMessage, WorkerOptions } from './worker.js';

export interface EmbeddedMongoOptions {
  /** The directory of the database; created with mode 0700. Several processes may use it at the same time. */
  dataDir: string;
  /**
   * The writes that survive a power cut. `flush` (the default): every acknowledged write; concurrent
   * writes share one flush. `commit`: all except perhaps those of the last moments; a single write costs
   * about half. A killed process loses no acknowledged write in either case.
   */
  durability?: 'flush' | 'commit';
  /** Seconds between two sweeps of expired documents (TTL indexes). Default 60. */
  ttlSweepSeconds?: number;
  /** Writes that add data are refused if less than this would be left on the disk. Default 64. */
  reserveMb?: number;
  /** `loopback` listens on a port, with a random password, instead of a Unix socket; the default on Windows. */
  transport?: 'socket' | 'loopback';
  /** Called for errors outside of commands, such as failed housekeeping. */
  onError?(error: Error): void;
  /** Called once if the worker thread ends without `close`: nothing can be read or written from then on. */
  onStopped?: ((error: Error) => void) | undefined;
}

export interface EmbeddedMongo {
  /**
   * The connection string for any MongoDB driver, including the password.
   * `${uri}/name` selects a database.
   */
  readonly uri: string;
  /** Closes all connections and stops the server. Safe to call twice. */
  close(): Promise<void>;
}

/** Most objects of the server are short-lived; a small young generation keeps its memory small. */
const YOUNG_GENERATION = { maxYoungGenerationSizeMb: 16 };

/**
 * Starts a MongoDB-protocol server over `dataDir` in a worker thread of this process, reachable
 * only through a private Unix socket (on Windows: a loopback port with a random password).
 *
 * @throws NewerFormatError if a newer release wrote the database.
 * @throws Error if the directory cannot be created, or if the database cannot be opened or lacks its end.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const dataDir = resolve(options.dataDir);
  makeDirectory(dataDir);
  await requireWholeFile(dataDir);
  const isLoopback = process.platform === 'win32' || options.transport === 'loopback';
  const registration = await registerServer(dataDir);
  const gate = new WriteGate();
  const workerData: WorkerOptions = {
    gateMemory: gate.memory,
    dataDir,
    socketPath: isLoopback ? undefined : registration.socketPath,
    password: isLoopback ? randomBytes(24).toString('hex') : undefined,
    durability: options.durability ?? 'flush',
    ttlSweepSeconds: options.ttlSweepSeconds ?? 60,
    reserveBytes: (options.reserveMb ?? 64) * 2 ** 20,
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData,
    resourceLimits: YOUNG_GENERATION,
  });
  const exited = new Promise<void>((done) => worker.once('exit', () => done()));
  const closeGate = (): void => gate.close();
  process.once('exit', closeGate);
  void exited.then(() => process.off('exit', closeGate));
  let isClosing = false;
  let lastError: Error | undefined;
  try {
    const uri = await firstMessage(worker);
    registration.announce(uri);
    worker.on('error', (error: Error) => {
      lastError = error;
    });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'fault' && !isClosing) options.onError?.(message.error);
    });
    void exited.then(() => {
      if (isClosing) return;
      registration.remove();
      options.onStopped?.(new Error('the thread of the embedded database ended', { cause: lastError }));
    });
    worker.unref();
    return {
      uri,
      async close() {
        isClosing = true;
        worker.ref();
        worker.postMessage('close');
        await exited;
        registration.remove();
      },
    };
  } catch (error) {
    registration.remove();
    throw error;
  }
}

/** Makes a directory and those above it. The recursive form of `mkdirSync` never returns for one below `/proc`. */
function makeDirectory(path: string): void {
  const parent = dirname(path);
  if (!existsSync(parent)) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

function firstMessage(worker: Worker): Promise<string> {
  return new Promise((done, fail) => {
    worker.once('error', (error: Error) => fail(restoreClass(error)));
    worker.once('exit', () => fail(new Error('the embedded database could not start')));
    worker.once('message', (message: WorkerMessage) => {
      if (message.kind === 'listening') done(message.uri);
      else fail(message.error);
    });
  });
}
