import type { ErasureCounts } from '@inlet/contracts';

export interface ErasureRef {
  readonly projectId: string;
  readonly erasureId: string;
}

/** A stored erasure of a user. */
export interface Erasure {
  readonly id: string;
  readonly projectId: string;
  /** null once it is done: nothing of the user stays. */
  readonly externalUserId: string | null;
  readonly counts: ErasureCounts;
  readonly leaseUntil: Date | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface ErasureLease {
  readonly owner: string;
  readonly now: Date;
  readonly until: Date;
}

export interface ErasureStore {
  insert(erasure: Erasure): Promise<void>;
  get(erasure: ErasureRef): Promise<Erasure | null>;
  /** The one of a user that is not done. */
  findUnfinished(user: { projectId: string; externalUserId: string }): Promise<Erasure | null>;
  /** Takes or renews the lease; null if another process has it, or it is done. */
  lease(erasure: ErasureRef, lease: ErasureLease): Promise<Erasure | null>;
  addCounts(erasure: ErasureRef, counts: Partial<ErasureCounts>): Promise<void>;
  /** Forgets the user. The erasure itself is removed at `expiresAt`. */
  finish(erasure: ErasureRef, options: { now: Date; expiresAt: Date }): Promise<void>;
  /** Those that are not done and whose lease ended before. */
  listAbandoned(options: { before: Date; limit: number }): Promise<readonly Erasure[]>;
}
