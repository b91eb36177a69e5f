import type { Db } from '@agendajs/mongo-backend';

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

export function createWorkerUpkeep(options: WorkerUpkeepOptions): WorkerUpkeep {
  const { db, now, workerId, lockMs, maintenanceMs } = options;
  const workers = db.collection<WorkerDocument>('workers');
  const work = db.collection('work');
  let count = 1;

  const register = async (at: number) => {
    const aliveUntil = new Date(at + lockMs);
    await workers.updateOne({ _id: workerId }, { $set: { aliveUntil } }, { upsert: true });
    // A registration from a clock that was ahead does not count, and does not stay.
    await workers.deleteMany({
      $or: [{ aliveUntil: { $lte: new Date(at) } }, { aliveUntil: { $gt: new Date(at + 2 * lockMs) } }],
    });
    count = Math.max(1, await workers.countDocuments());
  };
  const correctTimes = async (at: number) => {
    // A worker that is alive renews its lock before the corrected one expires.
    await work.updateMany({ lockedAt: { $gt: new Date(at + lockMs) } }, { $set: { lockedAt: new Date(at) } });
    await work.updateOne(
      { name: 'maintenance', nextRunAt: { $gt: new Date(at + 2 * maintenanceMs) } },
      { $set: { nextRunAt: new Date(at) } },
    );
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
