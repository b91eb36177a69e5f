import type { Db } from '@agendajs/mongo-backend';
import { WORK_NAMES } from './catalogue.js';

export interface WorkerUpkeepOptions {
  readonly db: Db;
  readonly now: () => Date;
  readonly workerId: string;
  readonly lockMs: number;
  readonly maintenanceMs: number;
}

/** What each worker does now and then for all workers of the queue. */
export interface WorkerUpkeep {
  /** Workers that take work from this queue, this one included, when last counted. */
  readonly workerCount: () => number;
  /**
   * Renews the registration of this worker, counts the others, and corrects times that were written by a clock that
   * was ahead: such a lock would outlive its worker, and such a maintenance would not come.
   */
  readonly run: () => Promise<void>;
  /** Removes the registration. */
  readonly end: () => Promise<void>;
}

interface WorkerDocument {
  readonly _id: string;
  /** Another worker counts this one until then. */
  readonly aliveUntil: Date;
}

const MAINTENANCE = { name: 'maintenance', 'data.key': 'maintenance' };

export function createWorkerUpkeep(options: WorkerUpkeepOptions): WorkerUpkeep {
  const { db, now, workerId, lockMs, maintenanceMs } = options;
  const workers = db.collection<WorkerDocument>('workers');
  const work = db.collection('work');
  let count = 1;

  const register = async (at: number) => {
    const aliveUntil = new Date(at + lockMs);
    await workers.updateOne({ _id: workerId }, { $set: { aliveUntil } }, { upsert: true });
    const registered = await workers.find().toArray();
    // A registration from a clock that was ahead does not count, and does not stay.
    const isOver = (worker: WorkerDocument) =>
      worker.aliveUntil.getTime() <= at || worker.aliveUntil.getTime() > at + 2 * lockMs;
    const over = registered.filter(isOver).map(({ _id }) => _id);
    if (over.length > 0) await workers.deleteMany({ _id: { $in: over } });
    count = Math.max(1, registered.length - over.length);
  };
  const correctTimes = async (at: number) => {
    // A worker that is alive renews its lock before the corrected one expires.
    const lockedAhead = { name: { $in: [...WORK_NAMES] }, lockedAt: { $gt: new Date(at + lockMs) } };
    await correct(lockedAhead, async () => {
      // Such work was due by the clock of its worker. A tick moves while it is locked, to the next time of its job.
      const due = { name: { $in: ['run.continue', 'delivery.send'] }, nextRunAt: { $gt: new Date(at) } };
      await work.updateMany({ ...lockedAhead, ...due }, { $set: { nextRunAt: new Date(at) } });
      await work.updateMany(lockedAhead, { $set: { lockedAt: new Date(at) } });
    });
    const putOff = { nextRunAt: { $gt: new Date(at + 2 * maintenanceMs) } };
    const putBack = { ...MAINTENANCE, ...putOff };
    await correct(putBack, () => work.updateMany(putBack, { $set: { nextRunAt: new Date(at) } }));
  };
  /** Usually there is nothing to correct: reading costs less than a write that changes nothing. */
  const correct = async (filter: object, write: () => Promise<unknown>) => {
    if (await work.findOne(filter, { projection: { _id: 1 } })) await write();
  };
  return {
    workerCount: () => count,
    run: async () => {
      const at = now().getTime();
      await register(at);
      await correctTimes(at);
    },
    end: async () => {
      await workers.deleteOne({ _id: workerId });
    },
  };
}
