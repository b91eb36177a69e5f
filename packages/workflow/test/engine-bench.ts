import { randomBytes } from 'node:crypto';
import { createGuard, createHttpConnector, createWebhookClient } from '@inlet/connectors';
import {
  type DeliveryView,
  isFinished,
  type JobInput,
  type JobView,
  jobInputSchema,
  type RunIssue,
  type RunView,
  type TemplateInput,
  type TemplateView,
  templateInputSchema,
} from '@inlet/contracts';
import { startEmbeddedMongo } from '@inlet/embedded-mongo';
import { createAesCipher, createMongoStore } from '@inlet/store-mongo';
import {
  createIds,
  createMemoryQueue,
  type FeedItem,
  fakeClock,
  type ImportPeers,
  type MemoryQueue,
  startImportPeers,
} from '@inlet/testing';
import { testDatabase } from '@inlet/testing/database';
import mongoose from 'mongoose';
import {
  type Caller,
  type Context,
  createFileArrivals,
  createJob,
  createKeySets,
  createProject,
  createSessionSigner,
  createSheets,
  createTemplate,
  createTransferDigests,
  createWorkHandlers,
  getJob,
  getRun,
  type Job,
  type JobChanges,
  listRunDeliveries,
  listRunIssues,
  type Run,
  type RunRef,
  readChanges,
  runJob,
  type WorkOptions,
} from '../src/index.js';

/** The run engine on a real store, with a site to read from and a receiver to send to. The tests are its workers. */
export interface EngineBench extends Omit<ImportPeers, 'templateInput'> {
  readonly context: Context;
  readonly queue: MemoryQueue;
  /** The host, to which everything in the project is visible. */
  readonly caller: Caller;
  /** Log lines of level warn and error. */
  readonly logged: readonly { readonly level: 'warn' | 'error'; readonly message: string }[];
  readonly makeTemplate: (changes?: object) => Promise<TemplateView>;
  /** Creates a job on `/feed.xml`, which is due far in the future. */
  readonly makeJob: (changes?: object) => Promise<JobView>;
  readonly changeJob: (jobId: string, changes: JobChanges) => Promise<void>;
  /** Starts a run that no worker executes yet. */
  readonly startRun: (jobId: string, options?: RunOptions) => Promise<RunRef>;
  /** Starts a run and executes it to its end. */
  readonly runNow: (jobId: string, options?: RunOptions) => Promise<RunView>;
  /** Makes the job due and handles its tick. */
  readonly tickNow: (jobId: string) => ReturnType<ReturnType<typeof createWorkHandlers>['tick']>;
  readonly job: (jobId: string) => Promise<JobView>;
  readonly storedJob: (jobId: string) => Promise<Job>;
  readonly run: (runId: string) => Promise<RunView>;
  readonly storedRun: (runId: string) => Promise<Run>;
  readonly runsOf: (jobId: string) => Promise<readonly Run[]>;
  readonly issues: (runId: string) => Promise<readonly RunIssue[]>;
  readonly deliveries: (runId: string) => Promise<readonly DeliveryView[]>;
  /** The changes that the receiver got, each with the title of its row; null for removed rows. */
  readonly changes: () => readonly (readonly [change: string, title: unknown])[];
  /** The same process `ms` later. */
  readonly later: (ms: number) => Context;
  /** The same process in the year 2100, with a clock that the test moves. */
  readonly startClock: () => ClockedContext;
}

export interface ClockedContext {
  readonly clock: ReturnType<typeof fakeClock>;
  readonly context: Context;
}

/** Items of a feed whose ids are the numbers `from` to `to`. */
export const numberedItems = (from: number, to: number, description = 'text'): FeedItem[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    guid: `${from + index}`,
    title: `T${from + index}`,
    description,
  }));

export interface RunOptions {
  readonly dryRun?: boolean | undefined;
  readonly changes?: object | undefined;
}

const PAGE = { limit: 200 };

/** Options for work that nobody stops. */
export const workOptions = (): WorkOptions => ({ signal: new AbortController().signal });

export async function startEngineBench(settings: Partial<Context['settings']> = {}): Promise<EngineBench> {
  const [database, peers] = await Promise.all([openStore(), startImportPeers()]);
  const queue = createMemoryQueue();
  const logged: EngineBench['logged'][number][] = [];
  const { context, close: closeContext } = createContext({ store: database.store, queue, logged, settings });
  const { projectId } = await createProject(context, { name: 'Test' });
  const caller: Caller = { projectId };
  let defaultTemplate: TemplateView | undefined;

  const makeTemplate: EngineBench['makeTemplate'] = (changes) => {
    const input: TemplateInput = templateInputSchema.parse(peers.templateInput(changes));
    return createTemplate(context, caller, input);
  };
  const makeJob: EngineBench['makeJob'] = async (changes) => {
    defaultTemplate ??= await makeTemplate();
    const input: JobInput = jobInputSchema.parse(peers.jobInput(defaultTemplate.id, changes));
    const { job } = await createJob(context, caller, input);
    return job as JobView;
  };
  const storedJob = async (jobId: string) => required(await context.store.jobs.get({ projectId, jobId }));
  const storedRun = async (runId: string) => required(await context.store.runs.get({ projectId, runId }));
  const changeJob: EngineBench['changeJob'] = async (jobId, changes) => {
    required(await context.store.jobs.change({ projectId, jobId }, { changes, now: context.now() }));
  };
  const run = (runId: string) => getRun(context, caller, { runId });
  const startRun: EngineBench['startRun'] = async (jobId, { dryRun = false, changes } = {}) => {
    const { id: runId } = await runJob(context, caller, { jobId, isDryRun: dryRun, changes });
    return { projectId, runId };
  };
  return {
    ...peers,
    context,
    queue,
    caller,
    logged,
    makeTemplate,
    makeJob,
    changeJob,
    startRun,
    async runNow(jobId, options) {
      const ref = await startRun(jobId, options);
      await createWorkHandlers(context).run(ref, workOptions());
      const view = await run(ref.runId);
      if (!isFinished(view.outcome)) throw new Error(`the run did not end: ${JSON.stringify(view)}`);
      return view;
    },
    async tickNow(jobId) {
      await changeJob(jobId, { nextRunAt: context.now() });
      const { externalUserId } = await storedJob(jobId);
      return createWorkHandlers(context).tick({ projectId, jobId, externalUserId }, workOptions());
    },
    job: async (jobId) => (await getJob(context, caller, { jobId })) as JobView,
    storedJob,
    run,
    storedRun,
    runsOf: async (jobId) => (await context.store.runs.listOfJob({ projectId, jobId }, PAGE)).items,
    issues: async (runId) => (await listRunIssues(context, caller, { runId, page: PAGE })).items,
    deliveries: async (runId) => (await listRunDeliveries(context, caller, { runId, page: PAGE })).items,
    later: (ms) => ({ ...context, now: () => new Date(context.now().getTime() + ms) }),
    changes: () => peers.rows().map(({ change, values }) => [change, values?.title ?? null]),
    startClock() {
      const clock = fakeClock('2100-03-01T12:00:00.000Z');
      return { clock, context: { ...context, now: clock.now } };
    },
    async close() {
      closeContext();
      await Promise.all([peers.close(), database.close()]);
    },
  };
}

interface ContextParts {
  readonly store: Context['store'];
  readonly queue: MemoryQueue;
  readonly logged: EngineBench['logged'][number][];
  readonly settings: Partial<Context['settings']>;
}

function createContext({ store, queue, logged, settings }: ContextParts) {
  const guard = createGuard({ allowedPrivateNetworks: ['127.0.0.1/32'] });
  const http = { guard, userAgent: 'Inlet/test', now: Date.now };
  const ignore = () => {};
  const now = () => new Date();
  const connectors = { url: createHttpConnector(http) };
  const background = new Set<Promise<void>>();
  const stopping = new AbortController();
  const context: Context = {
    store,
    queue,
    connectors,
    webhooks: createWebhookClient(http),
    readChanges,
    sheets: createSheets({ store, newId: createIds(), now, log: SILENT_LOG }),
    arrivals: createFileArrivals(),
    digests: createTransferDigests(),
    background: { start: (_name, work) => void background.add(work(stopping.signal)) },
    sessionSigner: createSessionSigner({ key: randomBytes(32) }),
    keySets: createKeySets({ connectors, now }),
    now,
    random: Math.random,
    randomBytes,
    newId: createIds(),
    log: {
      debug: ignore,
      info: ignore,
      warn: (_fields, message) => void logged.push({ level: 'warn', message }),
      error: (_fields, message) => void logged.push({ level: 'error', message }),
    },
    observe: ignore,
    settings: {
      workerId: 'bench',
      leaseMs: 60_000,
      concurrency: 10,
      concurrencyPerSite: 10,
      fetchDeadlineMs: 60_000,
      publicUrl: 'http://127.0.0.1',
      spoolDir: process.env.TMPDIR ?? '/tmp',
      outlineMaxBytes: 1_048_576,
      outlineDeadlineMs: 10_000,
      deliveriesInFlight: 4,
      deliveryTimeoutMs: 10_000,
      keepAcknowledgedMs: 86_400_000,
      keepFailedMs: 30 * 86_400_000,
      keepRunsMs: 90 * 86_400_000,
      uploadLimits: { unfinishedPerUser: 10, perHour: 60, bytesPerProject: 50e9 },
      ...settings,
    },
  };
  const close = async () => {
    stopping.abort();
    await Promise.allSettled(background);
    await context.sheets.close();
    await guard.close();
  };
  return { context, close };
}

const SILENT_LOG = { debug() {}, info() {}, warn() {}, error() {} };

/** A store on an empty database, which is removed when it is closed. */
async function openStore() {
  const { dataDir, environment, forget } = testDatabase();
  const server = environment.MONGODB_URI === undefined ? await startEmbeddedMongo({ dataDir }) : null;
  const uri = server?.uri ?? environment.MONGODB_URI ?? '';
  const connection = await mongoose
    .createConnection(uri, { writeConcern: { w: 'majority', journal: true } })
    .asPromise();
  const cipher = createAesCipher({ key: randomBytes(32), randomBytes });
  const store = await createMongoStore({ connection, cipher, log: SILENT_LOG, now: () => new Date() });
  const close = async () => {
    await connection.close();
    await server?.close();
    await forget();
  };
  return { store, close };
}

function required<Value>(value: Value | null): Value {
  if (value === null) throw new Error('not found');
  return value;
}
