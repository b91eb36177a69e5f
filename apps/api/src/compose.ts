import { setTimeout as sleep } from 'node:timers/promises';
import { type ResealOptions, resealSecrets } from '@inlet/store-mongo';
import { type Context, createWorkHandlers } from '@inlet/workflow';
import type { FastifyBaseLogger } from 'fastify';
import { buildServer } from './build-server.js';
import { serverCloser } from './close-server.js';
import type { Config } from './config.js';
import { connectionLimitsOf } from './connections/connection-limits.js';
import { createReadiness } from './create-readiness.js';
import { type Demo, openDemo } from './demo/open-demo.js';
import { checkAddress, listen } from './listen.js';
import { createMetrics } from './metrics/create-metrics.js';
import { countObservation, measureWork } from './metrics/measure-work.js';
import { createNewId } from './new-id.js';
import { openContext } from './open-context.js';
import type { BuiltFiles } from './pages/built-files.js';

export interface ComposeOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: FastifyBaseLogger;
  /** Directories of the browser bundles; default: those of this repository. */
  readonly builtFiles?: BuiltFiles | undefined;
  /** Called if the embedded database has ended: the process can do nothing any more and should end. */
  readonly onDatabaseLost?: ((error: Error) => void) | undefined;
}

export interface RunningInlet {
  /** Base address of the server: `http://127.0.0.1:4000`. */
  readonly address: string;
  readonly context: Context;
  /** Set with INLET_DEMO=1. */
  readonly demo: Demo | null;
  /**
   * Stops in order: readiness, new requests and new work; then requests and work in progress end or are requeued;
   * then the database closes. Safe to call twice.
   */
  close(): Promise<void>;
}

/** The composition root: builds everything that the role of this process needs, and starts it. */
export async function compose(options: ComposeOptions): Promise<RunningInlet> {
  const { config, version, log, builtFiles } = options;
  await checkAddress(config);
  const connectionLimits = connectionLimitsOf(config);
  const metrics = createMetrics();
  const observe = (observation: Parameters<Context['observe']>[0]) => countObservation(metrics, observation);
  let isDatabaseLost = false;
  const onDatabaseLost = (error: Error) => {
    isDatabaseLost = true;
    options.onDatabaseLost?.(error);
  };
  const opened = await openContext({ config, version, log, observe, onDatabaseLost });
  const { context, queue, diskSpace, close: closeContext } = opened;
  const readiness = createReadiness({
    context,
    isQueueRunning: () => config.role === 'api' || queue.isRunning,
    isDatabaseLost: () => isDatabaseLost,
    diskSpace,
  });
  const demo = config.isDemo ? await openDemoOf(config, context).catch(closeAndThrow(closeContext)) : null;
  const newRequestId = createNewId(context);
  const app = await buildServer({
    context,
    config,
    version,
    log,
    metrics,
    connectionLimits,
    readiness,
    diskSpace,
    demo,
    newRequestId: () => newRequestId('req'),
    builtFiles,
  });

  const closeServer = serverCloser(app, { graceMs: config.shutdownMs });
  const resealing = new AbortController();
  let resealed = Promise.resolve();
  const stop = async () => {
    readiness.stop();
    resealing.abort();
    await resealed;
    // Both at once: a request may wait for work that it started, and work does not need the server.
    const [, isDrained] = await Promise.all([
      closeServer().then(() => log.debug({}, 'the server is closed')),
      queue.stop(config.shutdownMs),
    ]);
    log.debug({ isDrained }, 'the queue is stopped');
    if (!isDrained)
      log.warn({}, 'work in progress was left to other workers because the shutdown time ran out');
    metrics.registry.clear();
    await closeContext();
    log.debug({}, 'the database is closed');
  };
  let stopped: Promise<void> | undefined;
  const close = () => {
    stopped ??= stop();
    return stopped;
  };

  try {
    if (config.role !== 'api') await queue.start(measureWork(createWorkHandlers(context), metrics));
    const address = await listen(app, config);
    await demo?.begin();
    if (config.role !== 'api') resealed = resealInBackground({ ...opened, log, signal: resealing.signal });
    return { address, context, demo, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const RESEAL_MS = 10 * 60_000;

/** Seals again what was sealed with a previous encryption key, also later: another process may still use that key. */
async function resealInBackground(options: ResealOptions): Promise<void> {
  const { cipher, signal, log } = options;
  try {
    await resealSecrets(options);
  } catch (error) {
    if (!signal.aborted)
      log.error({ error }, 'failed to seal stored secrets with the current encryption key');
  }
  if (cipher.keyIds.length === 1) return;
  await sleep(RESEAL_MS, undefined, { signal }).catch(() => {});
  if (!signal.aborted) await resealInBackground(options);
}

const openDemoOf = ({ dataDir, port, publicUrl }: Config, context: Context): Promise<Demo> =>
  openDemo({ context, dataDir, baseUrl: `http://127.0.0.1:${port}`, publicUrl });

const closeAndThrow = (close: () => Promise<void>) => async (error: unknown) => {
  await close();
  throw error;
};
