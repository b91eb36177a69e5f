import { MongoJobRepository, type MongoJobRepositoryConfig } from '@agendajs/mongo-backend';
import type { JobParameters } from 'agenda';
import type { WorkName } from './catalogue.js';

export interface WorkEntry {
  readonly name: WorkName;
  /** Unique within the name. */
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

type LockOptions = Parameters<MongoJobRepository['getNextJobToRun']>[4];

/**
 * agenda's repository with two differences. Looking for due work is two bounded index scans instead of one `$or`,
 * whose cost grows with the number of jobs that are not due. And an entry is put in place by one upsert on a
 * unique index: agenda's own `unique().save()` can insert twice when two callers race, and unlocks running work.
 */
export class WorkRepository extends MongoJobRepository {
  private isTaking = true;
  private readonly lookUps = new Set<Promise<unknown>>();

  constructor(config: MongoJobRepositoryConfig) {
    super({ ...config, ensureIndex: false });
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
    ...[name, nextScanAt, lockDeadline, now, options]: Parameters<MongoJobRepository['getNextJobToRun']>
  ): Promise<JobParameters | undefined> {
    const lockedAt = now ?? new Date();
    const lock = (filter: object, sort: object) =>
      this.isTaking
        ? this.counted(this.lockFirst({ name, ...filter }, { sort, lockedAt, options }))
        : undefined;
    return (
      (await lock(
        { lockedAt: null, nextRunAt: { $lte: nextScanAt }, disabled: { $ne: true } },
        { nextRunAt: 1 },
      )) ?? (await lock({ lockedAt: { $lte: lockDeadline }, disabled: { $ne: true } }, { lockedAt: 1 }))
    );
  }

  /**
   * Takes no more entries. Resolves when the look-ups in progress have ended and what they still took is given
   * back: agenda does not wait for them when it stops, and would leave their entries locked.
   */
  async stopTaking(): Promise<void> {
    this.isTaking = false;
    await Promise.allSettled(this.lookUps);
  }

  private async counted<Result>(lookUp: Promise<Result>): Promise<Result> {
    this.lookUps.add(lookUp);
    try {
      return await lookUp;
    } finally {
      this.lookUps.delete(lookUp);
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
    filter: object,
    { sort, lockedAt, options }: { sort: object; lockedAt: Date; options: LockOptions },
  ): Promise<JobParameters | undefined> {
    const found = await this.collection.findOneAndUpdate(
      filter,
      { $set: { lockedAt, lastModifiedBy: options?.lastModifiedBy ?? null } },
      { returnDocument: 'after', sort: sort as Record<string, 1 | -1> },
    );
    if (found === null) return undefined;
    if (!this.isTaking) {
      await this.collection.updateOne({ _id: found._id, lockedAt }, { $set: { lockedAt: null } });
      return undefined;
    }
    return { ...found, _id: found._id.toHexString() } as unknown as JobParameters;
  }
}
