import { MongoJobRepository, type MongoJobRepositoryConfig, ObjectId } from '@agendajs/mongo-backend';
import type { JobId, JobParameters } from 'agenda';
import { WORK_NAMES, type WorkName } from './catalogue.js';
import { BY_PROJECT, DueProjects, dueFilter, projectOf } from './due-projects.js';
import type { OutageLog } from './outage-log.js';

export interface WorkEntry {
  readonly name: WorkName;
  /** Unique within the name. */
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export interface WorkRepositoryOptions {
  /** Names this process in the entries that it locks. */
  readonly workerId: string;
  readonly outage: OutageLog;
  /** How many entries of a kind this process may lock at the same time, unless a project has less than its share. */
  readonly maxLocked: (name: string) => number;
  /** How long to wait for due work of a project that this process has not seen. */
  readonly pollMs: number;
  /** How often to look for entries whose locks have expired. */
  readonly takeOverEveryMs: number;
}

interface LookUpTimes {
  readonly nextScanAt: Date;
  readonly lockDeadline: Date;
  readonly lockedAt: Date;
}

interface LockOptions {
  readonly sort: Record<string, 1>;
  readonly hint?: typeof BY_PROJECT | undefined;
  readonly lockedAt: Date;
  readonly isTakenOver: boolean;
}

/** The lock of this process on an entry. */
interface EntryLock {
  readonly name: string;
  readonly projectId: string;
  /** Unique for each lock: a process whose lock expired can no longer change the entry. */
  readonly lockedBy: string;
  readonly dueAt: Date | null;
  readonly isTakenOver: boolean;
}

/** Other workers may lock the entries first that a look-up wants to lock; the next poll tries again. */
const MAX_ATTEMPTS = 100;

/** A worker locks more entries than its limit if they are of projects that have less than their share. */
export const SHARES_FACTOR = 2;

/**
 * agenda's repository with four differences:
 * - The search for due work is a bounded index scan instead of one `$or`, whose cost grows with the number of jobs
 *   that are not due. While nothing is due, one read for all kinds finds that out.
 * - The next entry is the oldest one of the project that has the fewest locked entries in this process.
 * - An entry is stored by one upsert on a unique index. agenda's `unique().save()` can insert twice if two callers
 *   race, and it unlocks running work.
 * - An entry is written when it is locked and when it is unlocked, not when its work begins; only the owner of the
 *   lock writes it; and a time that was set while it was locked is kept.
 */
export class WorkRepository extends MongoJobRepository {
  private isLocking = true;
  private lockCount = 0;
  private readonly options: WorkRepositoryOptions;
  private readonly lookUps = new Set<Promise<unknown>>();
  private readonly lookUpsByName = new Map<string, number>();
  private readonly lastTakeOverSearch = new Map<string, number>();
  private readonly locks = new Map<string, EntryLock>();
  /** Entries that look-ups in progress are about to lock. */
  private readonly choices = new Set<Pick<EntryLock, 'name' | 'projectId'>>();
  /** Kinds whose last look-up found no due entry. */
  private readonly exhausted = new Set<string>();
  private readonly dueProjects: DueProjects;
  /** The read that is in progress for all exhausted kinds. */
  private peeking: Promise<boolean> | null = null;
  private peekingAtLocks: Promise<boolean> | null = null;

  constructor(config: MongoJobRepositoryConfig, options: WorkRepositoryOptions) {
    super({ ...config, ensureIndex: false });
    this.options = options;
    this.dueProjects = new DueProjects({
      collection: () => this.collection,
      pollMs: options.pollMs,
    });
  }

  override async connect(): Promise<void> {
    await super.connect();
    await this.collection.createIndex(
      { name: 1, lockedAt: 1, nextRunAt: 1, priority: -1, disabled: 1 },
      { name: 'due' },
    );
    await this.collection.createIndex(BY_PROJECT, { name: 'due_by_project' });
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
    const lock = () => this.lockNext(name, { nextScanAt, lockDeadline, lockedAt });
    return this.options.outage.watch(() => this.trackLookUp(name, lock()));
  }

  /** agenda's poll and a wake-up can look for work at the same time: together they must not exceed the limit. */
  private hasRoom(name: string): boolean {
    return this.isLocking && this.lockedCount(name) < SHARES_FACTOR * this.options.maxLocked(name);
  }

  /** Entries of a kind that are locked, or may be at any moment. */
  private lockedCount(name: string): number {
    const locked = [...this.locks.values()].filter((lock) => lock.name === name).length;
    return locked + (this.lookUpsByName.get(name) ?? 0);
  }

  private async lockNext(name: string, times: LookUpTimes): Promise<JobParameters | undefined> {
    const { lockDeadline, lockedAt } = times;
    const isDue = !this.exhausted.has(name) || (await this.isAnythingDue(times));
    const found = isDue ? await this.lockFairly(name, times) : undefined;
    if (found || !this.isTimeForTakeOvers(name, lockedAt.getTime())) return found;
    if (!(await this.isAnyLockExpired(times))) return undefined;
    // A disabled entry too: the work that its dead worker began must be finished.
    const expired = { name, lockedAt: { $lte: lockDeadline } };
    const takenOver = await this.lockFirst(expired, { sort: { lockedAt: 1 }, lockedAt, isTakenOver: true });
    if (takenOver) this.lastTakeOverSearch.delete(name);
    return takenOver;
  }

  /** One read for all kinds that had nothing due: agenda's poll asks for each kind at the same time. */
  private isAnythingDue({ nextScanAt }: LookUpTimes): Promise<boolean> {
    this.peeking ??= this.collection
      .findOne(dueFilter({ name: { $in: WORK_NAMES }, until: nextScanAt }), { projection: { _id: 1 } })
      .then((found) => found !== null)
      .finally(() => {
        this.peeking = null;
      });
    return this.peeking;
  }

  /** One read for all kinds, too. */
  private isAnyLockExpired({ lockDeadline }: LookUpTimes): Promise<boolean> {
    this.peekingAtLocks ??= this.collection
      .findOne(
        { name: { $in: [...WORK_NAMES] }, lockedAt: { $lte: lockDeadline } },
        { projection: { _id: 1 } },
      )
      .then((found) => found !== null)
      .finally(() => {
        this.peekingAtLocks = null;
      });
    return this.peekingAtLocks;
  }

  /** Locks the oldest due entry of the project that has the fewest locked ones, if that has room. */
  private async lockFairly(
    name: string,
    { nextScanAt: until, lockedAt }: LookUpTimes,
  ): Promise<JobParameters | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const projectIds = await this.dueProjects.list({ name, until });
      if (projectIds.length === 0) {
        this.exhausted.add(name);
        return undefined;
      }
      this.exhausted.delete(name);
      const projectId = this.chooseProject(name, projectIds);
      if (projectId === null) return undefined;
      const due = { ...dueFilter({ name, until }), 'data.projectId': projectId || null };
      const options = { sort: { nextRunAt: 1 }, hint: BY_PROJECT, lockedAt, isTakenOver: false } as const;
      const choice = { name, projectId };
      this.choices.add(choice);
      const found = await this.lockFirst(due, options).finally(() => this.choices.delete(choice));
      this.dueProjects.take(name, projectId, { isFound: found !== undefined });
      if (found || !this.isLocking) return found;
    }
    return undefined;
  }

  /** The project with the fewest locked entries; null if no project may lock another one. */
  private chooseProject(name: string, projectIds: readonly string[]): string | null {
    const locks = new Map<string, number>();
    for (const lock of [...this.locks.values(), ...this.choices])
      if (lock.name === name) locks.set(lock.projectId, (locks.get(lock.projectId) ?? 0) + 1);
    const locksOf = (projectId: string) => locks.get(projectId) ?? 0;
    const [first = '', ...others] = projectIds;
    const fewest = others.reduce((best, one) => (locksOf(one) < locksOf(best) ? one : best), first);
    const limit = this.options.maxLocked(name);
    // This look-up is counted.
    if (this.lockedCount(name) <= limit) return fewest;
    const sharers = locks.has(fewest) ? locks.size : locks.size + 1;
    return locksOf(fewest) < Math.max(1, Math.floor(limit / sharers)) ? fewest : null;
  }

  private isTimeForTakeOvers(name: string, at: number): boolean {
    const before = this.lastTakeOverSearch.get(name);
    if (before !== undefined && Math.abs(at - before) < this.options.takeOverEveryMs) return false;
    this.lastTakeOverSearch.set(name, at);
    return true;
  }

  /** Notes that an entry of a project is due, so that the next look-up for its kind finds it. */
  expect(name: WorkName, projectId: string): void {
    this.exhausted.delete(name);
    this.dueProjects.add(name, projectId);
  }

  /** Whether more entries of a kind may be due. */
  mayHaveMore(name: string): boolean {
    return !this.exhausted.has(name);
  }

  /** Whether the previous lock of a locked entry expired, so that its work may be unfinished. */
  isTakenOver(id: JobId | string): boolean {
    return this.locks.get(String(id))?.isTakenOver ?? false;
  }

  /** Renews the lock of an entry; false if another process has locked it. */
  async renew(id: JobId | string, lockedAt: Date): Promise<boolean> {
    const lock = this.locks.get(String(id));
    if (!lock) return false;
    const { matchedCount } = await this.collection.updateOne(entryOf(id, lock), { $set: { lockedAt } });
    return matchedCount === 1;
  }

  /** agenda saves an entry when its work begins, which changes nothing here, and when it has ended. */
  override async saveJobState(job: JobParameters): Promise<void> {
    if (!job._id || job.lockedAt) return;
    const { nextRunAt } = job;
    await this.unlock(job._id, { nextRunAt: nextRunAt ? new Date(nextRunAt) : null });
  }

  override async unlockJob(job: JobParameters): Promise<void> {
    if (job._id) await this.unlock(job._id);
  }

  override async unlockJobs(jobIds: (JobId | string)[]): Promise<void> {
    await Promise.all(jobIds.map((id) => this.unlock(id)));
  }

  /** Removes an entry whose work is done, unless it has got a new time or a new lock. */
  override async removeJobs(options: Parameters<MongoJobRepository['removeJobs']>[0]): Promise<number> {
    if (!options.id) return super.removeJobs(options);
    const done = { _id: new ObjectId(String(options.id)), nextRunAt: null, lockedAt: null };
    return (await this.collection.deleteOne(done as object)).deletedCount;
  }

  /** Unlocks an entry and sets the time that its work asked for, unless another time was set while it was locked. */
  private async unlock(id: JobId | string, ended?: { nextRunAt: Date | null }): Promise<void> {
    const lock = this.locks.get(String(id));
    if (!lock) return;
    const unlocked = { lockedAt: null, lockedBy: null };
    const unchanged = { ...entryOf(id, lock), nextRunAt: lock.dueAt };
    try {
      const { matchedCount } = await this.collection.updateOne(unchanged, {
        $set: { ...unlocked, ...ended },
      });
      if (matchedCount > 0) return;
      this.exhausted.delete(lock.name);
      await this.collection.updateOne(entryOf(id, lock), { $set: unlocked });
    } finally {
      this.locks.delete(String(id));
    }
  }

  /**
   * Locks no more entries. Resolves when the look-ups in progress have ended and the entries that they still locked
   * are unlocked: agenda does not wait for them when it stops, and would leave their entries locked.
   */
  async stopLocking(): Promise<void> {
    this.isLocking = false;
    await Promise.allSettled(this.lookUps);
  }

  private async trackLookUp<Result>(name: string, lookUp: Promise<Result>): Promise<Result> {
    this.lookUps.add(lookUp);
    this.lookUpsByName.set(name, (this.lookUpsByName.get(name) ?? 0) + 1);
    try {
      return await lookUp;
    } finally {
      this.lookUps.delete(lookUp);
      this.lookUpsByName.set(name, (this.lookUpsByName.get(name) ?? 1) - 1);
    }
  }

  /** Sets the time of an entry, creates it if it does not exist, and enables it. */
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
    // Without a time, the search for due work does not read it.
    await this.collection.updateOne({ name, 'data.key': key }, { $set: { disabled: true, nextRunAt: null } });
  }

  async remove(name: WorkName, key: string): Promise<void> {
    await this.collection.deleteOne({ name, 'data.key': key });
  }

  private async lockFirst(
    filter: { readonly name: string },
    { sort, hint, lockedAt, isTakenOver }: LockOptions,
  ): Promise<JobParameters | undefined> {
    if (!this.isLocking) return undefined;
    this.lockCount += 1;
    const lockedBy = `${this.options.workerId}/${this.lockCount}`;
    const found = await this.collection.findOneAndUpdate(
      filter,
      { $set: { lockedAt, lockedBy } },
      { returnDocument: 'after', sort, ...(hint === undefined ? {} : { hint }) },
    );
    if (found === null) return undefined;
    const id = found._id.toHexString();
    const dueAt: Date | null = found.nextRunAt ?? null;
    this.locks.set(id, { name: filter.name, projectId: projectOf(found), lockedBy, dueAt, isTakenOver });
    if (!this.isLocking) {
      await this.unlock(id);
      return undefined;
    }
    return { ...found, _id: id } as unknown as JobParameters;
  }
}

/** Matches the entry while it has this lock. */
const entryOf = (id: JobId | string, { lockedBy }: EntryLock) => ({
  _id: new ObjectId(String(id)),
  lockedBy,
});
