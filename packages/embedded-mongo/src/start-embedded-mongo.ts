import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openPrivateSocketPath } from './private-socket.js';
import type { WorkerMessage, WorkerOptions } from './worker.js';

export interface EmbeddedMongoOptions {
  /** Directory of the database; created with mode 0700. Several processes may use it at once. */
  dataDir: string;
  /**
   * When a write is acknowledged. `flush` (the default): when it is on disk, so that a power cut
   * loses nothing acknowledged; writes that wait together share one flush. `commit`: when it is
   * committed, so that only a crash of the operating system can lose the last moments.
   */
  durability?: 'flush' | 'commit';
  /** Seconds between two sweeps of expired documents (TTL indexes). Default 60. */
  ttlSweepSeconds?: number;
  /** Told of faults outside any command: housekeeping that failed, or the end of the worker thread. */
  onError?(error: Error): void;
}

export interface EmbeddedMongo {
  /** A connection string for any MongoDB driver. It holds everything that is needed, secret included. */
  readonly uri: string;
  /** Flushes, ends all connections and stops the server. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a MongoDB-protocol server over `dataDir` in a worker thread of this process, reachable
 * only through a private Unix socket (on Windows: a loopback port with a random password).
 *
 * @throws Error when the directory cannot be made or the database cannot be opened.
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const socket = process.platform === 'win32' ? undefined : await openPrivateSocketPath(dataDir);
  const password = socket === undefined ? randomBytes(24).toString('hex') : undefined;
  const workerData: WorkerOptions = {
    dataDir,
    socketPath: socket?.path,
    password,
    durability: options.durability ?? 'flush',
    ttlSweepSeconds: options.ttlSweepSeconds ?? 60,
  };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, stdout: false, stderr: false });
  let closing = false;
  const report = (error: Error): void => {
    if (!closing) options.onError?.(error);
  };
  const exited = new Promise<void>((done) => worker.once('exit', () => done()));
  try {
    const uri = await firstMessage(worker);
    worker.unref();
    worker.on('error', report);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'fault') report(new Error(message.message));
    });
    void exited.then(() => report(new Error('the embedded database stopped unexpectedly')));
    return {
      uri,
      async close() {
        closing = true;
        worker.ref();
        worker.postMessage('close');
        await exited;
        socket?.remove();
      },
    };
  } catch (error) {
    socket?.remove();
    throw error;
  }
}

function firstMessage(worker: Worker): Promise<string> {
  return new Promise((done, fail) => {
    worker.once('error', fail);
    worker.once('exit', () => fail(new Error('the embedded database could not start')));
    worker.once('message', (message: WorkerMessage) => {
      if (message.kind === 'listening') done(message.uri);
      else fail(new Error(message.message));
    });
  });
}
