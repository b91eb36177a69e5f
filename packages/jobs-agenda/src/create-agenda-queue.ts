import { setMaxListeners } from 'node:events';
import type { Db } from '@agendajs/mongo-backend';
import type { JobQueue, Log, WorkHandlers, WorkOptions, WorkResult } from '@inlet/workflow';
import { Agenda, type AgendaBackend, InMemoryNotificationChannel, type Job } from 'agenda';
import type { z } from 'zod';
import { CATALOGUE, isWorkName, WORK_NAMES, type WorkName } from './catalogue.js';
import { projectOf } from './due-projects.js';
import { createOutageLog } from './outage-log.js';
import { SHARES_FACTOR, WorkRepository } from './work-repository.js';
import { createWorkerUpkeep } from './worker-upkeep.js';

export interface AgendaQueueSettings {
  /** Names this process in the entries that it locks. */
  readonly workerId: string;
  /** Concurrent runs in this process. */
  readonly concurrency: number;
  /** Work is taken over if its worker has not renewed the lock for this long. */
  readonly lockMs: number;
  /** How often to look for due work. */
  readonly pollMs: number;
  readonly maintenanceMs: number;
}

export interface AgendaQueueOptions {
  readonly db: Db;
  readonly now: () => Date;
  readonly settings: AgendaQueueSettings;
  readonly log: Log;
}

export interface AgendaQueue extends JobQueue {
  /** Starts to take work. */
  start(handlers: WorkHandlers): Promise<void>;
  /** Takes no more work, asks running work to stop, and waits up to `graceMs`. True if all of it ended. */
  stop(graceMs: number): Promise<boolean>;
  readonly isRunning: boolean;
}

const RETRY_AFTER_CRASH_MS = 30_000;

type Payload<Name extends WorkName> = z.infer<(typeof CATALOGUE)[Name]['payload']>;
type Handle = (job: Job, options: WorkOptions) => Promise<WorkResult>;

/** The queue port on agenda, in the collection `work` of `db`. Connects immediately; takes work after `start`. */
export async function createAgendaQueue({
  db,
  now,
  settings,
  log,
}: AgendaQueueOptions): Promise<AgendaQueue> {
  const outage = createOutageLog({ log, now });
  const maxLocked = (name: WorkName) => Math.max(1, CATALOGUE[name].lockFactor * settings.concurrency);
  const repository = new WorkRepository(
    { mongo: db, db: { collection: 'work' } },
    {
      workerId: settings.workerId,
      outage,
      maxLocked: (name) => (isWorkName(name) ? maxLocked(name) : 0),
      pollMs: settings.pollMs,
      takeOverEveryMs: settings.lockMs / 4,
    },
  );
  const backend: AgendaBackend = {
    name: 'MongoDB',
    repository,
    ownsConnection: false,
    connect: async () => {},
    disconnect: async () => {},
  };
  await repository.connect();

  const notifications = new InMemoryNotificationChannel();
  const agenda = new Agenda({
    backend,
    name: settings.workerId,
    processEvery: settings.pollMs,
    maxConcurrency: 10_000,
    defaultLockLifetime: settings.lockMs,
    notificationChannel: notifications,
  });
  await agenda.ready;
  agenda.on('error', (error) => {
    if (!outage.knows(error)) log.error({ error }, 'the queue reported an error');
  });

  const upkeep = createWorkerUpkeep({ db, now, ...settings });
  /** Never throws: a failure, as on a full disk, is logged by the outage log, and the next call repeats it. */
  const keepUp = () => outage.watch(upkeep.run).catch(() => {});
  let upkeepTimer: NodeJS.Timeout | undefined;

  const stopping = new AbortController();
  // All work in progress listens to it.
  setMaxListeners(0, stopping.signal);
  let isRunning = false;
  /** Number of entries from their start until agenda has stored their result. */
  let inProgress = 0;
  let onIdle = () => {};
  agenda.on('complete', () => {
    inProgress -= 1;
    if (inProgress === 0) onIdle();
  });

  /** Looks for due work now instead of at the next poll. */
  const wake = async (name: WorkName) => {
    if (!isRunning || stopping.signal.aborted) return;
    await notifications.publish({
      jobName: name,
      nextRunAt: null,
      priority: 0,
      timestamp: now(),
      jobId: '' as never,
    });
  };

  const put = async (name: WorkName, key: string, work: { data: Record<string, unknown>; at: Date }) => {
    await repository.put({ name, key, ...work });
    if (work.at.getTime() > now().getTime() + settings.pollMs) return;
    repository.expect(name, projectOf(work));
    await wake(name);
  };

  const renewLock = async (job: Job, id: string) => {
    const lockedAt = now();
    const isRenewed = await outage.watch(() => repository.renew(id, lockedAt)).catch(() => false);
    if (isRenewed) job.attrs.lockedAt = lockedAt;
  };

  /** Runs one entry, renews its lock while it runs, and sets when it is due again. Never throws. */
  const work = async (job: Job, name: WorkName, handle: Handle) => {
    inProgress += 1;
    const id = String(job.attrs._id);
    const renewing = setInterval(() => void renewLock(job, id), settings.lockMs / 4);
    try {
      const isTakenOver = repository.isTakenOver(id);
      const workerCount = upkeep.workerCount();
      const result = await handle(job, { signal: stopping.signal, isTakenOver, workerCount });
      job.attrs.nextRunAt = result?.againAt ?? null;
    } catch (error) {
      log.error({ error, name, data: job.attrs.data }, 'work failed unexpectedly and will be retried');
      job.attrs.nextRunAt = new Date(now().getTime() + RETRY_AFTER_CRASH_MS);
    } finally {
      clearInterval(renewing);
    }
  };

  const define = (name: WorkName, handle: Handle) => {
    const { isKept } = CATALOGUE[name];
    const limit = SHARES_FACTOR * maxLocked(name);
    agenda.define(
      name,
      (job: Job) => work(job, name, handle),
      // agenda must start every locked entry: entries that wait in its own line would outlive their locks.
      { concurrency: limit, lockLimit: limit, lockLifetime: settings.lockMs, removeOnComplete: !isKept },
    );
    agenda.on(`complete:${name}`, () => {
      if (!repository.mayHaveMore(name)) return;
      wake(name).catch((error: unknown) => log.warn({ error, name }, 'failed to look for due work'));
    });
  };

  const payload = <Name extends WorkName>(name: Name, job: Job): Payload<Name> =>
    CATALOGUE[name].payload.parse(job.attrs.data) as Payload<Name>;

  return {
    get isRunning() {
      return isRunning && !stopping.signal.aborted;
    },
    setTick: ({ at, ...data }) => put('import.run', data.jobId, { data, at }),
    disableTick: (jobId) => repository.disable('import.run', jobId),
    removeTick: (jobId) => repository.remove('import.run', jobId),
    setRun: ({ at, ...data }) => put('run.continue', data.runId, { data, at }),
    setDelivery: ({ at, ...data }) => put('delivery.send', data.deliveryId, { data, at }),

    async start(handlers) {
      define('import.run', (job, options) => handlers.tick(payload('import.run', job), options));
      define('run.continue', (job, options) => handlers.run(payload('run.continue', job), options));
      define('delivery.send', (job, options) => handlers.delivery(payload('delivery.send', job), options));
      define('maintenance', async (_job, options) => {
        await handlers.maintain(options);
        return { againAt: new Date(now().getTime() + settings.maintenanceMs) };
      });
      await repository.put({ name: 'maintenance', key: 'maintenance', data: {}, at: now() });
      await keepUp();
      upkeepTimer = setInterval(keepUp, settings.lockMs / 4);
      isRunning = true;
      await agenda.start();
      log.debug({ names: WORK_NAMES, concurrency: settings.concurrency }, 'the queue takes work');
    },

    async stop(graceMs) {
      stopping.abort(new Error('the worker is stopping'));
      if (!isRunning) return true;
      isRunning = false;
      clearInterval(upkeepTimer);
      await repository.stopLocking();
      // If it cannot be removed, it expires.
      await upkeep.end().catch(() => {});
      const idle = new Promise<boolean>((resolve) => {
        onIdle = () => resolve(true);
        if (inProgress === 0) onIdle();
      });
      await agenda.stop(false);
      const outOfTime = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), graceMs).unref());
      return Promise.race([idle, outOfTime]);
    },
  };
}
