import { MongoJobRepository, type MongoJobRepositoryConfig, ObjectId } from '@agendajs/mongo-backend';
import type { JobId, JobParameters } from 'agenda';
import type { WorkName } from './catalogue.js';
import type { OutageLog } from './outage-log.js';

export interface WorkEntry {
  readonly name: WorkName;
  /** Unique within the name. */
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export interface WorkRepositoryOptions {
  /** Names this process in the entries that it takes. */
  readonly workerId: string;
  readonly outage: OutageLog;
  /** How many entries of a kind this process may hold. */
  readonly mostHeld: (name: string) => number;
  /** How often it is looked for entries whose holder fell silent. */
  readonly takeOverEveryMs: number;
}

/** An entry while this process works on it. */
interface Hold {
  readonly name: string;
  /** New each time that an entry is taken: who lost an entry changes nothing of it any more. */
  readonly heldBy: string;
  readonly dueAt: Date | null;
  readonly isTakenOver: boolean;
}

/**
 * agenda's repository with three differences. Looking for due work is a bounded index scan instead of one `$or`,
 * whose cost grows with the number of jobs that are not due. An entry is put in place by one upsert on a unique
 * index: agenda's own `unique().save()` can insert twice when two callers race, and unlocks running work. And an
 * entry is written when it is taken and when it is given back, not as its work begins; only by its holder; and a
 * time that was put meanwhile stays.
 */
export class WorkRepository extends MongoJobRepository {
  private isTaking = true;
  private taken = 0;
  private readonly options: WorkRepositoryOptions;
  private readonly lookUps = new Set<Promise<unknown>>();
  private readonly looking = new Map<string, number>();
  private readonly takeOversLookedForAt = new Map<string, number>();
  private readonly holds = new Map<string, Hold>();
  /** Kinds of which the last look-up found nothing that is due. */
  private readonly exhausted = new Set<string>();

  constructor(config: MongoJobRepositoryConfig, options: WorkRepositoryOptions) {
    super({ ...config, ensureIndex: false });
    this.options = options;
  }

  override async connect(): Promise<void> {
    await super.connect();
    await this.collection.createIndex(
      { name: 1, lockedAt: 1, nextRunAt: 1, priority: -1, disabled: 1 },
      { name: 'due' },
    );
    await this.collection.createIndex(
      { name: 1, 'data.key': 1 },
      { name: 'one_by_key', unique: true, partialFilterExpression: { 'data.key': { $type: 'string' } } },
    );
  }

  override async getNextJobToRun(
    ...[name, nextScanAt, lockDeadline, now]: Parameters<MongoJobRepository['getNextJobToRun']>
  ): Promise<JobParameters | undefined> {
    if (!this.hasRoom(name)) {
      this.exhausted.delete(name);
      return undefined;
    }
    const lockedAt = now ?? new Date();
    const take = () => this.take(name, { nextScanAt, lockDeadline, lockedAt });
    return this.options.outage.watch(() => this.counted(name, take()));
  }

  /** agenda looks for work on its own and when it is woken, at the same time: together they take no more than one. */
  private hasRoom(name: string): boolean {
    const held = [...this.holds.values()].filter((hold) => hold.name === name).length;
    return this.isTaking && held + (this.looking.get(name) ?? 0) < this.options.mostHeld(name);
  }

  private async take(
    name: string,
    { nextScanAt, lockDeadline, lockedAt }: { nextScanAt: Date; lockDeadline: Date; lockedAt: Date },
  ): Promise<JobParameters | undefined> {
    const due = { name, lockedAt: null, nextRunAt: { $lte: nextScanAt }, disabled: { $ne: true } };
    const found = await this.lockFirst(due, { sort: { nextRunAt: 1 }, lockedAt, isTakenOver: false });
    if (found) this.exhausted.delete(name);
    else this.exhausted.add(name);
    if (found || !this.isTimeForTakeOvers(name, lockedAt.getTime())) return found;
    // Also where it was disabled meanwhile: what its dead holder had begun has to come to its end.
    const silent = { name, lockedAt: { $lte: lockDeadline } };
    const taken = await this.lockFirst(silent, { sort: { lockedAt: 1 }, lockedAt, isTakenOver: true });
    if (taken) this.takeOversLookedForAt.delete(name);
    return taken;
  }

  private isTimeForTakeOvers(name: string, at: number): boolean {
    const before = this.takeOversLookedForAt.get(name);
    if (before !== undefined && Math.abs(at - before) < this.options.takeOverEveryMs) return false;
    this.takeOversLookedForAt.set(name, at);
    return true;
  }

  /** Whether more of a kind may be due than was taken. */
  mayHaveMore(name: string): boolean {
    return !this.exhausted.has(name);
  }

  /** Whether an entry that is held was held before by somebody who did not give it back. */
  isTakenOver(id: JobId | string): boolean {
    return this.holds.get(String(id))?.isTakenOver ?? false;
  }

  /** Keeps an entry; false where somebody else has it by now. */
  async renew(id: JobId | string, lockedAt: Date): Promise<boolean> {
    const hold = this.holds.get(String(id));
    if (!hold) return false;
    const { matchedCount } = await this.collection.updateOne(mine(id, hold), { $set: { lockedAt } });
    return matchedCount === 1;
  }

  /** agenda saves an entry as its work begins, which changes nothing here, and when it has ended. */
  override async saveJobState(job: JobParameters): Promise<void> {
    if (!job._id || job.lockedAt) return;
    const { nextRunAt } = job;
    await this.giveBack(job._id, { nextRunAt: nextRunAt ? new Date(nextRunAt) : null });
  }

  override async unlockJob(job: JobParameters): Promise<void> {
    if (job._id) await this.giveBack(job._id);
  }

  override async unlockJobs(jobIds: (JobId | string)[]): Promise<void> {
    await Promise.all(jobIds.map((id) => this.giveBack(id)));
  }

  /** An entry that is done goes, unless somebody has put it at a new time or taken it meanwhile. */
  override async removeJobs(options: Parameters<MongoJobRepository['removeJobs']>[0]): Promise<number> {
    if (!options.id) return super.removeJobs(options);
    const done = { _id: new ObjectId(String(options.id)), nextRunAt: null, lockedAt: null };
    return (await this.collection.deleteOne(done as object)).deletedCount;
  }

  /** Gives an entry back, with the time that its work asked for unless one was put meanwhile. */
  private async giveBack(id: JobId | string, ended?: { nextRunAt: Date | null }): Promise<void> {
    const hold = this.holds.get(String(id));
    if (!hold) return;
    const free = { lockedAt: null, heldBy: null };
    const asTaken = { ...mine(id, hold), nextRunAt: hold.dueAt };
    try {
      const { matchedCount } = await this.collection.updateOne(asTaken, { $set: { ...free, ...ended } });
      if (matchedCount > 0) return;
      this.exhausted.delete(hold.name);
      await this.collection.updateOne(mine(id, hold), { $set: free });
    } finally {
      this.holds.delete(String(id));
    }
  }

  /**
   * Takes no more entries. Resolves when the look-ups in progress have ended and what they still took is given
   * back: agenda does not wait for them when it stops, and would leave their entries locked.
   */
  async stopTaking(): Promise<void> {
    this.isTaking = false;
    await Promise.allSettled(this.lookUps);
  }

  private async counted<Result>(name: string, lookUp: Promise<Result>): Promise<Result> {
    this.lookUps.add(lookUp);
    this.looking.set(name, (this.looking.get(name) ?? 0) + 1);
    try {
      return await lookUp;
    } finally {
      this.lookUps.delete(lookUp);
      this.looking.set(name, (this.looking.get(name) ?? 1) - 1);
    }
  }

  /** Puts work at its time, makes it if it is not there, and lets it be taken. */
  async put({ name, key, data, at }: WorkEntry): Promise<void> {
    await this.collection.updateOne(
      { name, 'data.key': key },
      {
        $set: { nextRunAt: at, disabled: false },
        $setOnInsert: { data: { ...data, key }, lockedAt: null, priority: 0, type: 'normal' },
      },
      { upsert: true },
    );
  }

  async disable(name: WorkName, key: string): Promise<void> {
    await this.collection.updateOne({ name, 'data.key': key }, { $set: { disabled: true } });
  }

  async remove(name: WorkName, key: string): Promise<void> {
    await this.collection.deleteOne({ name, 'data.key': key });
  }

  private async lockFirst(
    filter: { readonly name: string },
    { sort, lockedAt, isTakenOver }: { sort: Record<string, 1>; lockedAt: Date; isTakenOver: boolean },
  ): Promise<JobParameters | undefined> {
    if (!this.isTaking) return undefined;
    this.taken += 1;
    const heldBy = `${this.options.workerId}/${this.taken}`;
    const found = await this.collection.findOneAndUpdate(
      filter,
      { $set: { lockedAt, heldBy } },
      { returnDocument: 'after', sort },
    );
    if (found === null) return undefined;
    const id = found._id.toHexString();
    const dueAt: Date | null = found.nextRunAt ?? null;
    this.holds.set(id, { name: filter.name, heldBy, dueAt, isTakenOver });
    if (!this.isTaking) {
      await this.giveBack(id);
      return undefined;
    }
    return { ...found, _id: id } as unknown as JobParameters;
  }
}

const mine = (id: JobId | string, { heldBy }: Hold) => ({ _id: new ObjectId(String(id)), heldBy });
